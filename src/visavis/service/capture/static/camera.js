/** The camera, and its pictures as JPEG. */

const WIDTH = 640;
const HEIGHT = 480;
const QUALITY = 0.85;

/** Asks for the front camera and shows it in `video`. Throws what the browser throws. */
export async function open(video) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotSupportedError");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "user", width: { ideal: WIDTH }, height: { ideal: HEIGHT } },
  });
  video.srcObject = stream;
  await video.play();
  return stream;
}

export function close(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** A function that takes the picture of this moment: 8 bytes of time, then JPEG. */
export function photographer(video) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  return async () => {
    const scale = Math.min(1, WIDTH / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    const taken = performance.now();
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (picture === null) throw new Error("the picture cannot be encoded");
    const time = new DataView(new ArrayBuffer(8));
    time.setFloat64(0, taken);
    return new Blob([time.buffer, picture]);
  };
}

/** Resolves when the video shows its next picture. */
export function nextPicture(video) {
  return new Promise((done) => {
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(done);
    else setTimeout(done, 66);
  });
}
