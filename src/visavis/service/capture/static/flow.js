/** The way through the page: link, explanation and consent, camera, challenge, result. */

import * as camera from "./camera.js";
import * as claim from "./claim.js";
import * as screen from "./screen.js";
import * as server from "./server.js";
import { run } from "./stream.js";
import { known, preferred, say, speak } from "./words.js";

const byId = (id) => document.getElementById(id);
const video = byId("video");
let session;

/** Shows one step, and moves the focus to its heading, so that a screen reader begins there. */
function go(step) {
  for (const section of document.querySelectorAll("[data-step]")) {
    section.hidden = section.dataset.step !== step;
  }
  scrollTo(0, 0);
  document.querySelector(`[data-step="${step}"] h1`).focus();
}

function end(code) {
  const key = `page.ended.${code}`;
  byId("ended-heading").textContent = say("page.ended");
  byId("ended-text").textContent = say(known(key) ? key : "page.ended.failed");
  screen.dark();
  go("ended");
  tell("ended");
}

/** Tells a page that embeds this one that it is done. What came of it, its server asks ours. */
function tell(state) {
  for (const origin of session?.embedders ?? []) {
    if (parent !== window) parent.postMessage({ visavis: state }, origin);
  }
}

async function begin() {
  const token = new URLSearchParams(location.hash.slice(1)).get("t") ?? "";
  history.replaceState(null, "", location.pathname); // the link is no longer in the history
  await speak(preferred());
  try {
    session = await server.exchange(token, parent !== window);
  } catch (error) {
    return end(error.code);
  }
  if (session.kind === "enrolment") {
    await speak(session.language); // consent is given to these words, and in this language
    byId("language").disabled = true;
  }
  byId("language").value = document.documentElement.lang;
  byId("institution").textContent = session.institution;
  if (session.finished) finish(await server.result()); // a reload at the end
  else explain();
}

function explain() {
  byId("before-heading").textContent = say(`page.before.${session.kind}`);
  byId("before-purpose").textContent = say("page.purpose", { purpose: session.purpose });
  facts(session.transaction);
  byId("consent").hidden = session.kind !== "enrolment";
  byId("wording").textContent = session.wording ?? "";
  byId("claim-entry").hidden = !session.claim_wanted;
  if (session.claim_wanted) byId("claim").value = claim.kept();
  byId("use-files").hidden = !session.upload;
  byId("files-after-denial").hidden = !session.upload;
  go("before");
}

function facts(transaction) {
  const list = byId("transaction");
  list.hidden = !transaction;
  list.replaceChildren();
  for (const [name, value] of Object.entries(transaction ?? {})) {
    const term = document.createElement("dt");
    const fact = document.createElement("dd");
    term.textContent = name;
    fact.textContent = typeof value === "object" ? JSON.stringify(value) : String(value);
    list.append(term, fact);
  }
}

function problem(id, key) {
  byId(id).textContent = key ? say(key) : "";
  byId(id).hidden = !key;
}

/** Consent and claim, as the session wants them. Whether the way is free. */
async function settled() {
  problem("before-problem");
  try {
    if (session.kind === "enrolment") {
      if (!byId("agreed").checked) {
        problem("before-problem", "page.agree.first");
        byId("agreed").focus();
        return false;
      }
      await server.consent(document.documentElement.lang);
    }
    if (session.claim_wanted) await server.presentClaim(byId("claim").value.trim());
    return true;
  } catch (error) {
    if (error.code === "claim.malformed") {
      problem("before-problem", "page.claim.malformed");
      byId("claim").focus();
    } else end(error.code);
    return false;
  }
}

async function capture() {
  go("permission");
  let stream;
  try {
    stream = await camera.open(video);
  } catch (error) {
    const denied = error.name === "NotAllowedError";
    byId("denied-heading").textContent = say(denied ? "page.denied" : "page.no_camera");
    byId("denied-how").textContent = say(denied ? "page.denied.how" : "page.no_camera.how");
    return go("denied");
  }
  const stopped = new AbortController();
  byId("stop").onclick = () => stopped.abort();
  go("camera");
  try {
    await run(video, {
      flashing: !byId("no-flashing").checked,
      signal: stopped.signal,
      on: {
        frame: ({ advice, challenged }) => challenged || screen.advise(advice),
        step: screen.show,
        lost: () => screen.announce("page.connection.lost"),
      },
    });
    screen.dark();
    await conclude();
  } catch (error) {
    end(error.code);
  } finally {
    camera.close(stream);
  }
}

async function conclude() {
  go("deciding");
  finish(await server.result());
}

function finish(result) {
  const good = result.outcome === "passed";
  const heading = byId("result-heading");
  heading.textContent = say(`page.result.${session.kind}.${good ? "passed" : "failed"}`);
  heading.className = good ? "good" : "bad";
  const gone = session.kind === "enrolment" && !result.claim;
  const text = !good ? "page.result.again" : gone ? "page.claim.gone" : "";
  byId("result-text").textContent = text && say(text);
  byId("result-text").hidden = !text;
  byId("claim-given").hidden = true;
  if (result.claim) claim.hand(result.claim, result.claim_svg);
  byId("return").hidden = !session.return_url;
  if (session.return_url) byId("return").href = session.return_url;
  go("result");
  tell("finished");
}

byId("before-form").onsubmit = async (event) => {
  event.preventDefault();
  byId("start").disabled = true;
  if (await settled()) await capture();
  byId("start").disabled = false;
};
byId("again").onclick = capture;
byId("use-files").onclick = async () => (await settled()) && go("files");
byId("files-after-denial").onclick = () => go("files");
byId("files-form").onsubmit = async (event) => {
  event.preventDefault();
  const files = byId("files").files;
  if (files.length === 0) return problem("files-problem", "page.files.none");
  go("deciding");
  try {
    finish(await server.upload(files));
  } catch (error) {
    if (!/^(image|face|quality|enrolment\.samples)/.test(error.code)) return end(error.code);
    go("files");
    const key = `advice.${error.code}`;
    problem("files-problem", known(key) ? key : "page.files.unusable");
  }
};
byId("language").onchange = async ({ target }) => {
  await speak(target.value);
  if (session && !session.finished) explain();
};
begin().catch(() => end("server.failed"));
