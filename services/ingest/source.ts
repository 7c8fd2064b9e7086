import type { Provider } from "../../contracts/raw-envelope.ts";
import type { ConnectError } from "./connect-error.ts";
import type { SourceMessage } from "./raw-message.ts";

/** Where the connector finds the signer and TikTok. Hosts as `host[:port]` or URL. */
export interface Endpoints {
  signUrl: string;
  webHost: string;
  webcastHost: string;
}

/** Why a connection ended. */
export interface Closed {
  /** WebSocket close code. */
  code: number;
  /** For a person; no personal data. */
  reason: string;
  /** The streamer ended the stream (control message 3 or 4). */
  streamEnded: boolean;
  /** What is to follow, when that is not simply another attempt. */
  error?: ConnectError;
  /** Nothing was wrong: the next connection may be made at once. */
  isRoutine?: boolean;
}

/** Whom a room is taken from has changed. */
export interface Switched {
  from: Provider;
  to: Provider;
  /** A code of docs/errors.md, or `recovered`. */
  why: string;
}

/** A live connection to one room, whoever provides it. */
export interface Source {
  provider: Provider;
  /** TikTok's room id. */
  streamId: string;
  /** The streamer, as far as the provider says. */
  owner?: { userId: string; uniqueId: string; displayName: string };
  title?: string;
  connectedAt: Date;
  /** Settles once, when the connection is over for whatever reason. */
  closed: Promise<Closed>;
  /** The session before was taken from somebody else. */
  switched?: Switched;
  /** Stops and resumes reading from the socket: back-pressure all the way to TikTok. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export interface SourceListener {
  /** Every message of every frame, in the order the provider decoded them. */
  onMessage(message: SourceMessage): void;
  /** The room was found: what follows is its connection. */
  onResolved?(): void;
  /** Something was lost or went wrong that the connection survives. */
  onTrouble(code: string, message: string): void;
  /** The session goes on, but is taken from somebody else now. */
  onSwitched?(switched: Switched): void;
  /** The connection has to wait for its turn, so many ms. */
  onWaiting?(reason: string, ms: number): void;
  /** Anything at all came, a heartbeat's answer too. */
  onFrame?(): void;
}
