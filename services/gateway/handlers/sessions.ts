import type { Page, ServedEvent, SessionAccount, SessionItem } from "../../../contracts/api.ts";
import { readLedger } from "../../../lib/ledger/read-ledger.ts";
import { answer } from "../answer.ts";
import { notFound } from "../errors.ts";
import { fields, page } from "../input.ts";

const id = { type: "string", format: "uuid" } as const;

/** Live periods of rooms, and replays, the newest first. */
export const list = answer(fields(page, ["limit"]), ({ input, call }) =>
  call<Page<SessionItem>>("storage.sessions", input),
);

/** The events of one session, in the order of the room. */
export const history = answer(
  fields({ ...page, id }, ["id", "limit"]),
  async ({ input: { id: sessionId, ...range }, call }) => {
    const found = await call<Page<ServedEvent>>("storage.history", { sessionId, ...range });
    if (found.items.length === 0 && !range.after) throw notFound("event of this session");
    return found;
  },
);

/** What became of every message of one session. */
export const ledger = answer(fields({ id }, ["id"]), async ({ input, call }, { redis }) => {
  const found = await readLedger(redis, (params) => call<SessionAccount>("storage.sessionAccount", params), input.id);
  if (!found) throw notFound("session of that id");
  return found;
});
