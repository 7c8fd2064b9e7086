import type { Role } from "../../../contracts/access.ts";
import type { Page } from "../../../contracts/api.ts";
import { instant, uuid } from "../../../contracts/fields.ts";
import type { Key, NewKey } from "../../../contracts/keys.ts";
import { newApiKey } from "../../../lib/api-key.ts";
import type { Principal } from "../auth.ts";
import { ApiError, invalid, notFound } from "../errors.ts";
import { givenBy } from "../rights.ts";
import { type Asked, Reply } from "../route.ts";

/** What keys of programs, people of the team and tokens of overlays have in common: they are rows of one table. */

type Kind = Key["kind"];
type Asking<Input> = Pick<Asked<Input>, "input" | "who" | "scope" | "call" | "note">;
type OfOne = { id: string };

/** As a person calls it, not blank. */
export const name = {
  type: "string",
  maxLength: 100,
  pattern: "^\\P{Cc}*[^\\s\\p{Cc}]\\P{Cc}*$",
} as const;
export const id = uuid;
export const channelIds = { type: "array", items: uuid, maxItems: 100 } as const;
export const expiresAt = instant;
/** Null: never. */
export const newExpiry = { ...instant, type: ["string", "null"] } as const;
/** A week at most. */
export const overlapSeconds = { type: "integer", minimum: 0, maximum: 604_800, default: 0 } as const;

export const listOf =
  (kind: Kind) =>
  ({ input, scope, call }: Asking<{ after?: string; limit: number }>) =>
    call<Page<Key>>("storage.keys", { kind, ...input, scope });

interface Wish {
  name: string;
  role: string;
  channelIds: string[];
  types?: string[];
  expiresAt?: string | undefined;
}

/** Makes a key and shows it, this once. It never leaves this process otherwise: storage is told its hash. */
export async function make(kind: Kind, wish: Wish, { who, scope, call, note }: Asking<unknown>): Promise<Reply> {
  const giver = present(who);
  const expiresAt = wish.expiresAt === undefined ? undefined : future(wish.expiresAt);
  const { secret, ...kept } = newApiKey();
  const key = await call<Key>("storage.makeKey", { kind, ...wish, expiresAt, ...kept, scope, ...giver });
  note(about(key));
  return new Reply(201, { key, secret } satisfies NewKey);
}

interface Change extends OfOne {
  name?: string;
  role?: string;
  channelIds?: string[];
  expiresAt?: string | null;
}

export const changeOf =
  (kind: Kind) =>
  async ({ input: { id: keyId, ...changes }, who, scope, call, note }: Asking<Change>): Promise<Key> => {
    note({ target: { kind: "key", id: keyId } });
    const giver = present(who);
    if (changes.expiresAt) changes.expiresAt = future(changes.expiresAt);
    const key = found(kind, await call<Key | null>("storage.changeKey", { kind, keyId, ...changes, scope, ...giver }));
    note(about(key, { changed: Object.keys(changes) }));
    return key;
  };

export const rotateOf =
  (kind: Kind) =>
  async ({ input, who, scope, call, note }: Asking<OfOne & { overlapSeconds: number }>): Promise<NewKey> => {
    const { id: keyId, overlapSeconds } = input;
    note({ target: { kind: "key", id: keyId } });
    const giver = present(who);
    const { secret, ...kept } = newApiKey();
    const params = { kind, keyId, ...kept, overlapSeconds, scope, ...giver };
    const key = found(kind, await call<Key | null>("storage.rotateKey", params));
    note(about(key, { overlapSeconds }));
    return { key, secret };
  };

export const revokeOf =
  (kind: Kind) =>
  async ({ input: { id: keyId }, who, scope, call, note }: Asking<OfOne>): Promise<Reply> => {
    note({ target: { kind: "key", id: keyId } });
    present(who);
    note(about(found(kind, await call<Key | null>("storage.revokeKey", { kind, keyId, scope }))));
    return new Reply(204);
  };

/**
 * Who manages keys, and the roles that they may give, if not by a secret that was replaced: it may be known to others, and
 * would shut its owner out.
 *
 * @throws ApiError 403
 */
function present({ id, name, role, replaced }: Principal): { by: { id: string | null; name: string }; gives: Role[] } {
  if (!replaced) return { by: { id, name }, gives: role === "nobody" ? [] : givenBy(role) };
  throw new ApiError(403, "KEY_REPLACED", "This key was replaced: manage keys with the new one.");
}

const names: Record<Kind, string> = { program: "key", person: "person", overlay: "overlay" };

/** Who may not see a key learns as much as of one that does not exist. */
function found(kind: Kind, key: Key | null): Key {
  if (!key) throw notFound(`${names[kind]} of that id`);
  return key;
}

const about = ({ id, kind, name, role, prefix, channelIds }: Key, more: object = {}) => ({
  target: { kind: "key", id },
  channelIds,
  details: { kind, name, role, prefix, ...more },
});

/** @throws ApiError 400 for what is over already */
function future(expiresAt: string): string {
  if (Date.parse(expiresAt) > Date.now()) return expiresAt;
  throw invalid([{ field: "expiresAt", message: "must be in the future" }]);
}
