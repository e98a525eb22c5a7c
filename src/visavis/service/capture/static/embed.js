/**
 * Opens a visavis capture link in a frame or, where frames cannot use the camera, by going there.
 *
 *   import { open } from "https://verify.example/capture/embed.js";
 *   const done = open(link, { within: document.getElementById("here") });
 *   await done; // then ask your own server, which asks visavis for the result
 *
 * The page that embeds must be registered with visavis (`service.embedders`). Nothing about the
 * person or the outcome passes through the browser: the promise only says that the page is done.
 */
export function open(link, { within = null } = {}) {
  const url = new URL(link);
  if (within === null) {
    location.assign(url);
    return new Promise(() => {});
  }
  const frame = document.createElement("iframe");
  frame.src = url.href;
  frame.allow = `camera ${url.origin}`;
  frame.title = "visavis";
  frame.referrerPolicy = "no-referrer";
  Object.assign(frame.style, { border: "0", width: "100%", height: "100%", minHeight: "44rem" });
  within.append(frame);
  return new Promise((resolve) => {
    addEventListener("message", function hear({ origin, source, data }) {
      if (origin !== url.origin || source !== frame.contentWindow || !data?.visavis) return;
      removeEventListener("message", hear);
      resolve(data.visavis);
    });
  });
}
