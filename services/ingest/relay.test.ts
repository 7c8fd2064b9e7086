import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Provider } from "../../contracts/raw-envelope.ts";
import { Relay, type RelayOptions } from "./relay.ts";
import type { Closed, Source } from "./source.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A connection that ends when it is told to. */
function connection(provider: Provider, streamId = "7001") {
  const { promise: closed, resolve } = Promise.withResolvers<Closed>();
  const end = (how: Partial<Closed> = {}) => resolve({ code: 1006, reason: "cut", streamEnded: false, ...how });
  const source: Source = {
    ...{ provider, streamId, connectedAt: new Date(), closed },
    pause: vi.fn(),
    resume: vi.fn(),
    close: vi.fn(async () => end({ code: 1005 })),
  };
  return { source, end };
}

const retry = { initialMs: 1_000, maxMs: 8_000, multiplier: 2, jitter: 0 };

function relay(mode: RelayOptions["mode"], others: (ReturnType<typeof connection> | Error)[]) {
  const first = connection(mode === "replace" ? "euler" : "direct");
  const opened: Provider[] = [];
  const admitted: string[] = [];
  const onReplaced = vi.fn();
  const open = async (provider: Provider) => {
    opened.push(provider);
    const next = others.shift() ?? new Error("away");
    if (next instanceof Error) throw next;
    return { source: next.source, admit: () => void admitted.push(next.source.streamId) };
  };
  const other = mode === "replace" ? "direct" : "euler";
  const { source } = new Relay({ first: first.source, other, open, mode, retry, overlapMs: 5_000, onReplaced }, 1_000);
  let closed: Closed | undefined;
  void source.closed.then((how) => {
    closed = how;
  });
  return { admitted, first, opened, onReplaced, source, closed: () => closed };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("a source that stands in", () => {
  it("goes once the other has stood for a moment beside it", async () => {
    const direct = connection("direct");
    const { first, onReplaced, closed } = relay("replace", [direct]);
    await pass(5_900);
    expect([onReplaced.mock.calls.length, vi.mocked(first.source.close).mock.calls.length]).toEqual([0, 0]);
    await pass(200);
    expect([onReplaced.mock.calls.length, vi.mocked(first.source.close).mock.calls.length]).toEqual([1, 1]);
    expect(closed()).toBeUndefined();
    direct.end();
    await pass(0);
    expect(closed()).toMatchObject({ code: 1006 });
  });

  it("tries the other less and less often while that fails", async () => {
    const { opened } = relay("replace", []);
    await pass(1_000 + 1_000 + 2_000 + 4_000);
    expect(opened).toHaveLength(4);
  });

  it("stays when the other falls away again beside it", async () => {
    const [direct, again] = [connection("direct"), connection("direct")];
    const { first, onReplaced, closed } = relay("replace", [direct, again]);
    await pass(2_000);
    direct.end();
    await pass(3_000);
    expect(onReplaced).not.toHaveBeenCalled();
    expect(vi.mocked(first.source.close)).not.toHaveBeenCalled();
    await pass(5_000);
    expect(onReplaced).toHaveBeenCalledTimes(1);
    expect(closed()).toBeUndefined();
  });

  it("hands over at once when it is lost beside the other", async () => {
    const { first, onReplaced, closed } = relay("replace", [connection("direct")]);
    await pass(2_000);
    first.end();
    await pass(0);
    expect([onReplaced.mock.calls.length, closed()]).toEqual([1, undefined]);
    await pass(10_000);
    expect(onReplaced).toHaveBeenCalledTimes(1);
  });

  it("leaves another broadcast to the next session", async () => {
    const other = connection("direct", "7002");
    const { admitted, onReplaced } = relay("replace", [other, connection("direct", "7001")]);
    await pass(1_500);
    expect(admitted).toEqual([]);
    expect(other.source.close).toHaveBeenCalled();
    await pass(1_000);
    expect(admitted).toEqual(["7001"]);
    expect(onReplaced).not.toHaveBeenCalled();
  });
});

describe("two sources at once", () => {
  it("are one session until both are gone; the one that is lost is opened again", async () => {
    const [euler, again] = [connection("euler"), connection("direct")];
    const { first, opened, closed } = relay("together", [euler, again]);
    await pass(1_000);
    first.end();
    await pass(1_000);
    expect([opened, closed()]).toEqual([["euler", "direct"], undefined]);
    again.end();
    euler.end({ code: 4500 });
    await pass(0);
    expect(closed()).toMatchObject({ code: 4500 });
  });

  it("are closed when they fall silent: nobody else holds their sockets", async () => {
    const [euler, again] = [connection("euler"), connection("direct")];
    const { first } = relay("together", [euler, again]);
    await pass(1_000);
    first.end({ code: 4006 });
    await pass(0);
    expect(first.source.close).toHaveBeenCalledTimes(1);
    expect(euler.source.close).not.toHaveBeenCalled();
    await pass(1_000);
    euler.end({ code: 4006 });
    again.end({ code: 4006 });
    await pass(0);
    expect([euler, again].map(({ source }) => vi.mocked(source.close).mock.calls.length)).toEqual([1, 1]);
  });

  it("end together when one says that the stream is over", async () => {
    const euler = connection("euler");
    const { first, closed } = relay("together", [euler]);
    await pass(1_000);
    euler.end({ code: 4005, streamEnded: true });
    await pass(0);
    expect(closed()).toMatchObject({ streamEnded: true });
    expect(first.source.close).toHaveBeenCalled();
  });

  it("are paused and resumed together, also who joins later", async () => {
    const euler = connection("euler");
    const { first, source } = relay("together", [euler]);
    source.pause();
    await pass(1_000);
    expect([first.source.pause, euler.source.pause].map((fn) => vi.mocked(fn).mock.calls.length)).toEqual([1, 1]);
    source.resume();
    expect(euler.source.resume).toHaveBeenCalledTimes(1);
  });

  it("are closed together, and nothing is opened after that", async () => {
    const { source, opened, closed } = relay("together", [connection("euler")]);
    await source.close();
    await pass(60_000);
    expect([opened, closed()?.code]).toEqual([[], 1005]);
  });
});
