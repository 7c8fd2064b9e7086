import { createSocket } from "node:dgram";
import { isIPv4 } from "node:net";

/** A name server on loopback. It never answers about names that are not in its zone: who asks for them has to wait. */
export interface NameServer {
  /** For `Resolver.setServers`. */
  address: string;
  /** Names as they were asked for, once for each question. */
  asked: string[];
  stop(): void;
}

const A = 1;
const AAAA = 28;

/** @param zone addresses by name; IPv6 in all of its eight parts */
export async function startNameServer(zone: Record<string, string[]>): Promise<NameServer> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (message, { port, address }) => {
    const { name, type, end } = questionOf(message);
    asked.push(name);
    const wanted = zone[name]?.filter((each) => type === (isIPv4(each) ? A : AAAA));
    if (wanted) socket.send(replyTo(message.subarray(0, end), wanted), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { address: `127.0.0.1:${socket.address().port}`, asked, stop: () => void socket.close() };
}

function questionOf(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] as number; length > 0; length = message[at] as number) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** @param question the head of what was asked and its one question */
function replyTo(question: Buffer, addresses: readonly string[]): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180, 2); // an answer, without an error
  head.writeUInt16BE(addresses.length, 6);
  head.fill(0, 8, 12);
  return Buffer.concat([head, ...addresses.map(recordOf)]);
}

function recordOf(address: string): Buffer {
  const bytes = isIPv4(address)
    ? address.split(".").map(Number)
    : address.split(":").flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 0xff]);
  const head = [0xc0, 0x0c, 0, bytes.length === 4 ? A : AAAA, 0, 1, 0, 0, 0, 0, 0, bytes.length];
  return Buffer.from([...head, ...bytes]);
}
