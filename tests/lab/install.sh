#!/bin/bash
# Installs what the tests need and this machine lacks: Debian packages, and real Asterisks in folders of their own.
#   tests/lab/install.sh         Debian packages, Asterisk 22 and 16; if only one of the two can be had, that will do
#   tests/lab/install.sh 22      Asterisk 22 alone (16 as well); it must be had
#   tests/lab/install.sh pbx     only what `make pbx` needs: one Asterisk, no PostgreSQL, no Chromium
# Run again it does nothing in a moment. Asks nothing; needs root only for what is really missing.
# The folder for the Asterisks: $LAB_CACHE, else .cache/ beside the sources.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
cache=${LAB_CACHE:-$here/.cache}
wanted=()
browser_and_database=yes
for word in "$@"; do
  case $word in
    pbx) browser_and_database= ;;
    *) wanted+=("$word") ;;
  esac
done

say() { echo "lab: $*" >&2; }

need_root() {
  [ "$(id -u)" = 0 ] && return
  say "$1 is missing, and only root can install it. Run once: sudo tests/lab/install.sh"
  return 1
}

# Names fail now and then for reasons that have gone a moment later: everything that downloads gets a second try.
twice() {
  "$@" </dev/null && return
  say "that failed, once more: $*"
  "$@" </dev/null || { say "failed twice: $*"; return 1; }
}

packages() {
  local missing=()
  command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
  command -v sipp >/dev/null || missing+=(sip-tester)
  [ -e /usr/share/zoneinfo/Europe/Berlin ] || missing+=(tzdata)
  if [ "$browser_and_database" ]; then
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
    command -v chromium-headless-shell >/dev/null || missing+=(chromium-headless-shell)
  fi
  [ ${#missing[@]} = 0 ] && return
  need_root "${missing[*]}" || exit 1
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  twice apt-get update -qq
  # only the programs are wanted: no server of the machine's own is to be made and started
  mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/ionas-lab.conf
  twice apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

asterisk() {
  local major=$1 suite tree=$cache/asterisk-$1
  [ -e "$tree/.complete" ] && return
  case $major in
    22) suite=sid ;;
    16) suite=bullseye ;;
    *) say "no Asterisk $major is known here: 22 or 16"; return 2 ;;
  esac
  need_root "Asterisk $major" || return 1
  say "building Asterisk $major from Debian $suite in $tree"
  mkdir -p "$cache"
  twice fresh_tree "$suite" "$tree" "$major"
}

fresh_tree() {
  local suite=$1 tree=$2 major=$3
  # An interrupted mmdebstrap may have left this machine's /dev/shm mounted in there: what is mounted must never be emptied.
  if grep -qF " $tree/" /proc/self/mountinfo; then
    say "$tree still has mounts of an interrupted run. End that run, unmount them, and try again"
    return 1
  fi
  rm -rf --one-file-system "$tree"
  mmdebstrap --quiet --variant=apt --include=asterisk --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Check-Valid-Until "false"' --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
    "$suite" "$tree" || return 1
  [ -x "$tree/usr/sbin/asterisk" ] || return 1
  rm -rf "$tree/var/cache/apt" "$tree/var/lib/apt/lists"
  echo "$major" >"$tree/.complete"
}

# One of the two must be had. For trying the product, one is enough from the start.
whichever() {
  local had=0 major
  for major in 22 16; do
    [ "$browser_and_database" ] || [ "$had" = 0 ] || break
    if asterisk "$major"; then had=$((had + 1)); else say "going on without Asterisk $major"; fi
  done
  [ "$had" != 0 ] || { say "neither Asterisk 22 nor 16 could be had"; exit 1; }
}

packages
if [ ${#wanted[@]} = 0 ]; then
  whichever
else
  for major in "${wanted[@]}"; do
    asterisk "$major"
  done
fi
