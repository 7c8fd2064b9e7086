import type { Page } from "../../../contracts/api.ts";
import { type AuditEntry, auditPageSchema } from "../../../contracts/keys.ts";
import { assertForwards, fields, page, range } from "../input.ts";
import { route } from "../route.ts";

const text = { type: "string", pattern: "^\\P{Cc}{1,200}$" } as const;
const actor = { ...text, description: "Who: the id of a key, or a name." } as const;
const action = { ...text, description: "What: the operationId of a route." } as const;

/** What was changed through the API, by whom, and what came of it: the newest first. */
export const log = route(
  {
    path: "GET /audit",
    id: "listAudit",
    summary: "What was changed or tried, by whom, the newest first",
    right: "audit.read",
    input: fields({ ...page, actor, action, ...range }, ["limit"]),
    answers: { 200: auditPageSchema },
  },
  ({ input, scope, call }) => {
    assertForwards(input);
    return call<Page<AuditEntry>>("storage.auditLog", { ...input, scope });
  },
);
