/** The capture socket: pictures up, advice and the challenge's steps down. */

import { nextPicture, photographer } from "./camera.js";

const MOST_UNANSWERED = 2; // pictures on their way: more would only grow old
const LEAST_INTERVAL = 60; // milliseconds: sixteen pictures a second are enough
const PATIENCE = [500, 1000, 2000, 4000]; // milliseconds before another try at connecting

/**
 * Sends pictures until the server has seen enough.
 *
 * `on` has a function for each kind of message, `frame` and `step`, and `lost` for the connection.
 * Resolves with the last message, rejects with the reason the server gave.
 */
export function run(video, { flashing, on, signal }) {
  return new Promise((resolve, reject) => {
    let tries = 0;
    let challenged = false;
    const connect = () => {
      const url = new URL("stream", location.href);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      url.hash = "";
      const socket = new WebSocket(url);
      let unanswered = 0;
      let open = true;
      const stop = () => socket.close(1000);
      signal.addEventListener("abort", stop);
      socket.onopen = () => {
        tries = 0;
        socket.send(JSON.stringify({ type: "start", flashing }));
        send();
      };
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === "frame") {
          unanswered -= 1;
          on.frame(message);
        } else if (message.type === "step") {
          challenged = true;
          on.step(message);
        } else if (message.type === "finished" || message.type === "failed") {
          open = false;
          socket.close(1000);
          if (message.type === "finished") resolve(message);
          else reject(Object.assign(new Error(), { code: message.code }));
        }
      };
      socket.onclose = () => {
        signal.removeEventListener("abort", stop);
        if (!open) return;
        open = false;
        if (signal.aborted) reject(Object.assign(new Error(), { code: "session.stopped" }));
        else if (challenged || tries >= PATIENCE.length)
          reject(Object.assign(new Error(), { code: "connection.lost" }));
        else {
          on.lost();
          setTimeout(connect, PATIENCE[tries++]);
        }
      };
      const send = async () => {
        const photograph = photographer(video);
        let last = 0;
        while (open) {
          await nextPicture(video);
          const now = performance.now();
          if (!open || unanswered >= MOST_UNANSWERED || now - last < LEAST_INTERVAL) continue;
          last = now;
          unanswered += 1;
          const picture = await photograph();
          if (socket.readyState === WebSocket.OPEN) socket.send(picture);
        }
      };
    };
    connect();
  });
}
