"""Why a PBX can't be asked. Rule: one sentence a failure; the machine's own word stands behind it."""

from __future__ import annotations

from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.inquiry import Failure, Unanswered
from ionas_phone.doctor.findings import Finding, fault
from ionas_phone.words import N_

_SENTENCES = {
    Failure.UNREACHABLE: N_(
        "Nothing answers at %(place)s%(why)s. Start Asterisk there; see bindaddr and port in manager.conf"
        " (tlsbindaddr for amis://), and whether a firewall stands between."
    ),
    Failure.NO_TLS: N_(
        "What answers at %(place)s does not speak TLS%(why)s. Set tlsenable, tlsbindaddr, tlscertfile and"
        " tlsprivatekey in manager.conf and reload manager, or name the port where it does in IONAS_PBX_URLS."
    ),
    Failure.CERTIFICATE: N_(
        "The certificate at %(place)s is not trusted here%(why)s. Name the file of its authority in SSL_CERT_FILE, or"
        " give the PBX one that is made out for this name."
    ),
    Failure.STRANGER: N_(
        "What answers at %(place)s does not greet as an Asterisk manager. Check host, port, and whether it is ami:// or"
        " amis://, in IONAS_PBX_URLS."
    ),
    Failure.REFUSED: N_(
        "Asterisk refuses the log-in as %(user)s. Compare the account in manager.conf with IONAS_PBX_URLS and"
        " IONAS_PBX_SECRET_FILE, see that its permit= has this machine's address, and reload manager."
    ),
    Failure.SILENT: N_(
        "Asterisk at %(place)s took the log-in and then stopped answering%(why)s. It may be stopping or overloaded: try"
        " again, and look into its log if that lasts."
    ),
    Failure.STOPPING: N_(
        "Asterisk at %(place)s is shutting down: it waits for its last call. Ask again when it is back."
    ),
}


def unanswered(address: PbxAddress, why: Unanswered) -> Finding:
    """Return what keeps us from asking."""
    return fault(
        "link",
        _SENTENCES[why.failure],
        place=f"{address.host}:{address.port}",
        user=address.user,
        why=f" ({why.detail})" if why.detail else "",
    )
