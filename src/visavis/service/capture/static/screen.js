/** What the holder sees during the capture: the oval, the advice, the light, the arrows. */

import { say } from "./words.js";

const oval = document.getElementById("oval");
const progress = document.getElementById("progress");
const arrow = document.getElementById("arrow");
const advice = document.getElementById("advice");
const HOLD = 900; // milliseconds that advice stays: faster, and nobody could read or hear it

let changed = 0;

/** Shows advice, or that all is well. Changes at most once in `HOLD`. */
export function advise(key) {
  const now = performance.now();
  const text = say(key ? `advice.${key}` : "page.good");
  if (text !== advice.textContent) {
    if (now - changed < HOLD) return;
    changed = now;
    advice.textContent = text;
  }
  oval.classList.toggle("ready", !key);
}

/** Says something at once. */
export function announce(key) {
  changed = performance.now();
  advice.textContent = say(key);
}

/** Shows a step of the challenge. */
export function show(step) {
  progress.style.strokeDasharray = `${(100 * step.index) / step.of} 100`;
  if (step.kind === "lead") {
    light("#ffffff");
    announce("page.challenge.light");
  } else if (step.kind === "colour") {
    light(step.colour);
  } else {
    light("#ffffff");
    // The picture is mirrored: the holder's left is at the screen's left.
    arrow.setAttribute("class", step.side);
    arrow.removeAttribute("hidden");
    announce(step.side === "left" ? "page.challenge.left" : "page.challenge.right");
  }
}

/** Fills the page with a colour. */
export function light(colour) {
  document.body.classList.add("lit");
  document.body.style.setProperty("--light", colour);
}

/** The page as it was. */
export function dark() {
  document.body.classList.remove("lit");
  document.body.style.removeProperty("--light");
  progress.style.strokeDasharray = "0 100";
  arrow.setAttribute("hidden", "");
  oval.classList.remove("ready");
  advice.textContent = "";
}
