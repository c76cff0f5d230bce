// How a ringing phone sounds in the browser. Rule: made of tones, so that no sound file is loaded; it plays once.
(() => {
  "use strict";
  const NOTES = [[659, 0], [880, .16], [659, .32], [880, .48]];  // Hz, s

  window.chime = (audio) => {
    const start = audio.currentTime + .02;
    for (const [pitch, at] of NOTES) {
      const tone = audio.createOscillator(), gain = audio.createGain();
      tone.frequency.value = pitch;
      gain.gain.setValueAtTime(0, start + at);
      gain.gain.linearRampToValueAtTime(.14, start + at + .02);
      gain.gain.exponentialRampToValueAtTime(.001, start + at + .15);
      tone.connect(gain).connect(audio.destination);
      tone.start(start + at), tone.stop(start + at + .16);
    }
  };
})();
