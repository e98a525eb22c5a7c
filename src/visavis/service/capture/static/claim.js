/** The holder's claim. It is kept in this browser only if they ask for it; nothing else ever is. */

import { say } from "./words.js";

const KEY = "visavis.claim";
const byId = (id) => document.getElementById(id);

/** The claim kept in this browser, or an empty text. */
export function kept() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // storage is blocked: as in a third party's frame
  }
}

function keep(claim, wanted) {
  try {
    if (wanted) localStorage.setItem(KEY, claim);
    else localStorage.removeItem(KEY);
  } catch {
    byId("claim-keep").checked = false;
  }
}

/** Shows a new claim with its QR code, to be saved, printed or kept. */
export function hand(claim, picture) {
  byId("claim-given").hidden = false;
  const code = new Blob([picture], { type: "image/svg+xml" });
  byId("claim-picture").src = URL.createObjectURL(code);
  byId("claim-picture").alt = say("page.claim.picture");
  byId("claim-text").textContent = claim;
  byId("claim-save").href = URL.createObjectURL(new Blob([`${claim}\n`], { type: "text/plain" }));
  byId("claim-print").onclick = () => print();
  byId("claim-keep").checked = false;
  byId("claim-keep").onchange = ({ target }) => keep(claim, target.checked);
}
