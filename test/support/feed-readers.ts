import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import type { EventFilter } from "../../lib/event-filter.ts";
import { openFeed } from "./sse.ts";
import { openSocket } from "./websocket.ts";

interface Wanted {
  streamId: string;
  filter: EventFilter;
  /** Position after which it begins. */
  start: string;
}

/** A connection of a reader. */
interface Connection {
  events(): UnifiedEvent[];
  /** How far it came, if it was told. */
  position(): string | undefined;
  close(): Promise<void>;
}

/** A client that remembers what it has seen, and comes back where it was. */
abstract class Reader {
  protected readonly wanted: Wanted;
  readonly #seen: number[] = [];
  #at: string;
  #connection: Connection | undefined;

  constructor(wanted: Wanted) {
    this.wanted = wanted;
    this.#at = wanted.start;
  }

  protected abstract connect(url: string, headers: Record<string, string>, after: string): Promise<Connection>;

  async open(url: string, headers: Record<string, string>): Promise<void> {
    this.#connection = await this.connect(url, headers, this.#at);
  }

  async leave(): Promise<void> {
    await this.#connection?.close();
    this.#at = this.#connection?.position() ?? this.#at;
    this.#seen.push(...this.#now());
    this.#connection = undefined;
  }

  /** seqNos of all its events, in the order in which they came. */
  seen(): number[] {
    return [...this.#seen, ...this.#now()];
  }

  #now(): number[] {
    return this.#connection?.events().map(({ seqNo }) => seqNo) ?? [];
  }
}

export class SseReader extends Reader {
  protected async connect(url: string, headers: Record<string, string>, after: string): Promise<Connection> {
    const { streamId, filter } = this.wanted;
    const query = new URLSearchParams(
      Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const feed = await openFeed(`${url}/streams/${streamId}/events?${query}`, { ...headers, "last-event-id": after });
    return {
      events: feed.events,
      position: feed.position,
      async close() {
        feed.close();
        await feed.ended;
      },
    };
  }
}

export class SocketReader extends Reader {
  protected async connect(url: string, headers: Record<string, string>, after: string): Promise<Connection> {
    const { streamId, filter } = this.wanted;
    const socket = await openSocket(url, headers);
    const { subscription } = await socket.ask({ request: "subscribe", stream: streamId, filter, after });
    return {
      events: () => socket.events(subscription),
      position: () => socket.position(subscription),
      async close() {
        socket.ws.close();
        await socket.closed;
      },
    };
  }
}
