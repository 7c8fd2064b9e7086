import type { Page } from "../../../contracts/api.ts";
import { position as id, uuid } from "../../../contracts/fields.ts";
import {
  type Letter,
  type LetterCause,
  type LetterDetail,
  type LetterJob,
  letterCausePageSchema,
  letterCountSchema,
  letterDetailSchema,
  letterFilterFields,
  letterFilterSchema,
  letterIdsSchema,
  letterJobPageSchema,
  letterJobSchema,
  letterPageSchema,
  redriveRate,
} from "../../../contracts/letters.ts";
import { notFound } from "../errors.ts";
import { assertForwards, fields, page } from "../input.ts";
import { type Asked, Reply, route } from "../route.ts";

/** The letters that are meant: by id, or all that a filter fits, `{}` being all. Preview: only how many. */
const choice = {
  ids: letterIdsSchema,
  filter: letterFilterSchema,
  preview: { type: "boolean", default: false },
} as const;
const group = { const: "cause", description: "Causes instead of letters." } as const;
const oneOfBoth = { oneOf: [{ required: ["ids"] }, { required: ["filter"] }] } as const;

/** What could not be processed, the newest first; or with `group=cause` what it has in common. */
export const list = route(
  {
    path: "GET /dlq",
    id: "listLetters",
    summary: "Dead letters, the newest first; with group=cause what they have in common",
    right: "pipeline.read",
    cost: ({ group }) => (group === undefined ? 1 : 5),
    input: fields({ ...letterFilterFields, ...page, group }, ["limit"]),
    example: { group: "cause", stage: "normalizer" },
    answers: { 200: { anyOf: [letterPageSchema, letterCausePageSchema] } },
  },
  ({ input: { after, limit, group, ...filter }, scope, call }) => {
    assertForwards(filter);
    const query = { filter, scope, limit, ...(after !== undefined && { after }) };
    return group
      ? call<Page<LetterCause>>("storage.letterCauses", query)
      : call<Page<Letter>>("storage.letters", query);
  },
);

/** One letter, without people and secrets, and what would happen if it were redriven now. */
export const detail = route(
  {
    path: "GET /dlq/:id",
    id: "getLetter",
    summary: "A dead letter, its content masked, and what would happen if it were redriven now",
    right: "pipeline.read",
    input: fields({ id }, ["id"]),
    answers: { 200: letterDetailSchema },
  },
  async ({ input, scope, call }) => {
    const found = await call<LetterDetail | null>("storage.letter", { ...input, scope });
    if (!found) throw notFound("dead letter of that id");
    return found;
  },
);

/** Sends letters back to where they failed. */
export const redrive = route(
  {
    path: "POST /dlq/redrive",
    id: "redriveLetters",
    summary: "Sends dead letters back to where they failed; preview only counts them",
    right: "letters.act",
    input: {
      ...fields({ ...choice, rate: redriveRate }, ["preview", "rate"]),
      ...oneOfBoth,
    } as const,
    example: { filter: { stage: "normalizer" }, preview: true },
    answers: { 200: letterCountSchema, 202: letterJobSchema },
  },
  ({ input: { preview, ...wanted }, ...asked }) => (preview ? count(wanted, asked) : start("redrive", wanted, asked)),
);

/** Gives letters up for good. They are kept, with who did it and why. */
export const discard = route(
  {
    path: "POST /dlq/discard",
    id: "discardLetters",
    summary: "Gives dead letters up: they are kept, with who did it and why; preview only counts them",
    right: "letters.act",
    input: {
      ...fields({ ...choice, reason: { type: "string", minLength: 1, maxLength: 500, pattern: "\\S" } }, [
        "preview",
        "reason",
      ]),
      ...oneOfBoth,
    } as const,
    example: { filter: { reason: "TRIMMED" }, reason: "nothing is left of them", preview: true },
    answers: { 200: letterCountSchema, 202: letterJobSchema },
  },
  ({ input: { preview, reason, ...wanted }, ...asked }) =>
    preview ? count(wanted, asked) : start("discard", { ...wanted, why: reason }, asked),
);

type Caller = Pick<Asked<unknown>, "call" | "scope" | "who" | "note">;

type Wanted = { ids?: string[]; filter?: object; why?: string };

async function count({ ids, filter }: Wanted, { call, scope, note }: Caller): Promise<{ count: number }> {
  const found = await call<{ count: number }>("storage.countLetters", { ...(ids ? { ids } : { filter }), scope });
  note({ details: { preview: true, count: found.count } });
  return found;
}

async function start(kind: LetterJob["kind"], wanted: Wanted, { call, scope, who, note }: Caller): Promise<Reply> {
  const job = await call<LetterJob>("storage.startLetterJob", { ...wanted, kind, scope, askedBy: who.name });
  note({ ...aboutJob(job), details: { ...aboutJob(job).details, by: wanted.ids ? "ids" : wanted.filter } });
  return new Reply(202, job);
}

/** For the audit. */
const aboutJob = ({ id, kind, total, rate }: LetterJob) => ({
  target: { kind: "letters", id },
  details: { kind, total, rate },
});

/** Runs that redrive or discard, the newest first. */
export const jobs = route(
  {
    path: "GET /dlq/redrives",
    id: "listLetterJobs",
    summary: "Runs that redrive or discard dead letters, the newest first",
    right: "pipeline.read",
    input: fields(page, ["limit"]),
    answers: { 200: letterJobPageSchema },
  },
  ({ input, scope, call }) => call<Page<LetterJob>>("storage.letterJobs", { ...input, scope }),
);

/** How far a run is. */
export const job = route(
  {
    path: "GET /dlq/redrives/:id",
    id: "getLetterJob",
    summary: "How far a run is that redrives or discards dead letters",
    right: "pipeline.read",
    input: fields({ id: uuid }, ["id"]),
    answers: { 200: letterJobSchema },
  },
  async ({ input, scope, call }) => found(await call<LetterJob | null>("storage.letterJob", { ...input, scope })),
);

/** Ends a run: it takes no further letters, those under way go on. */
export const cancel = route(
  {
    path: "DELETE /dlq/redrives/:id",
    id: "cancelLetterJob",
    summary: "Ends a run that redrives or discards dead letters",
    right: "letters.act",
    input: fields({ id: uuid }, ["id"]),
    answers: { 200: letterJobSchema },
  },
  async ({ input, scope, call, note }) => {
    note({ target: { kind: "letters", id: input.id } });
    const job = found(await call<LetterJob | null>("storage.cancelLetterJob", { ...input, scope }));
    note(aboutJob(job));
    return job;
  },
);

function found(job: LetterJob | null): LetterJob {
  if (!job) throw notFound("run of that id");
  return job;
}
