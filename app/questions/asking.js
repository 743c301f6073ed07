// Before the form is sent, looks for the number that proves some work was done (app/asking/proof.py), and counts the letters that are left.
// SHA-256 is written out: a browser has its own on https alone, and only piece by piece.
(() => {
  "use strict";
  const ZERO_BITS = 18, TRIES = 4000;
  const form = document.getElementById("ask");
  if (!form) return;
  const words = form.elements.words, busy = document.getElementById("busy"), left = document.getElementById("left");

  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every(p => n % p)) primes.push(n);
  const fraction = x => ((x - Math.floor(x)) * 4294967296) | 0;
  const K = Int32Array.from(primes, p => fraction(Math.cbrt(p)));
  const START = Int32Array.from(primes.slice(0, 8), p => fraction(Math.sqrt(p)));
  const W = new Int32Array(64);

  function sha256(bytes) {
    const size = ((bytes.length + 8) >> 6) + 1, block = new Uint8Array(size * 64), H = Int32Array.from(START);
    block.set(bytes);
    block[bytes.length] = 0x80;
    new DataView(block.buffer).setUint32(size * 64 - 4, bytes.length * 8);
    for (let at = 0; at < block.length; at += 64) {
      for (let i = 0; i < 16; i++) {
        const o = at + i * 4;
        W[i] = (block[o] << 24) | (block[o + 1] << 16) | (block[o + 2] << 8) | block[o + 3];
      }
      for (let i = 16; i < 64; i++) {
        const x = W[i - 15], y = W[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = H;
      for (let i = 0; i < 64; i++) {
        const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (h + S1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
        const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      H[0] += a; H[1] += b; H[2] += c; H[3] += d; H[4] += e; H[5] += f; H[6] += g; H[7] += h;
    }
    return H;
  }

  const text = new TextEncoder();
  const hex = H => Array.from(H, n => (n >>> 0).toString(16).padStart(8, "0")).join("");
  const mark = () => {
    const f = form.elements;
    return hex(sha256(text.encode([f.sort.value, f.place.value, f.kind.value, words.value].join("\n")))).slice(0, 20);
  };

  let working = false;
  form.addEventListener("submit", event => {
    event.preventDefault();
    if (working) return;
    working = true;
    words.readOnly = true;
    busy.textContent = form.dataset.busy;
    const minute = Math.floor(Date.now() / 60000), start = `${minute}.${mark()}.`;
    // not always the same one: two people may send the same words in the same minute
    let number = Math.floor(Math.random() * 1e12);
    const look = () => {
      for (const end = number + TRIES; number < end; number++) {
        if (sha256(text.encode(start + number))[0] >>> (32 - ZERO_BITS) === 0) {
          form.elements.minute.value = minute;
          form.elements.number.value = number;
          form.submit();
          return;
        }
      }
      setTimeout(look, 0);
    };
    setTimeout(look, 0);
  });
  // back from the answer: the form can be sent once more
  addEventListener("pageshow", () => { working = false; words.readOnly = false; busy.textContent = ""; });

  const count = () => { left.textContent = form.dataset.left.replace("{number}", words.maxLength - words.value.length); };
  words.addEventListener("input", count);
  count();
})();
