/** What the page asks of the server. The session's cookie goes along; nothing is kept here. */

/** A refusal, with the server's stable code (RFC 9457). */
export class Refused extends Error {
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Refused("connection.lost", "");
  }
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(content.code ?? "server.failed", content.detail ?? "");
  return content;
}

const posted = (path, content) =>
  ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });

/** Turns the link's token into a cookie; works once. Without one, finds the session of a reload. */
export const exchange = (token, embedded) => posted("exchange", { token, embedded });

export const consent = (language) => posted("consent", { agreed: true, language });

export const presentClaim = (claim) => posted("claim", { claim });

export const result = () => ask("result");

/** Photographs instead of the camera, where the institution allows it. */
export function upload(files) {
  const form = new FormData();
  for (const file of files) form.append("photo", file);
  return ask("photographs", { method: "POST", body: form });
}
