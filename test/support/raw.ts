import { connect } from "node:net";

/** What comes back for bytes that no HTTP client would send, until the other side closes. Rejects after five seconds. */
export const raw = (url: string, bytes: string | Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = "";
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no end of the answer: ${answer || "nothing came"}`)));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve(answer) : reject(error),
    );
    socket.on("close", () => resolve(answer));
  });

/** Status and body of such an answer. */
export function partsOf(answer: string): { status: number; head: string; body: string } {
  const end = answer.indexOf("\r\n\r\n");
  return { status: Number(answer.slice(9, 12)), head: answer.slice(0, end), body: answer.slice(end + 4) };
}
