import { Errors } from "moleculer";
import type { Role, Scope } from "../../contracts/access.ts";

/** Roles that reach what the matrix says, whatever channels there are; the others reach those named in the key. */
const everywhere: readonly Role[] = ["admin", "ops", "developer"];

export const needsChannels = (role: Role): boolean => !everywhere.includes(role);

/** Who makes, changes or replaces keys. */
export interface Giver {
  /** With a limit they are no administrator, and may only pass on what is theirs. */
  scope: Scope;
  /** What they may give: roles whose rights are within their own. */
  gives: readonly Role[];
}

/**
 * Refuses a key that would reach nothing, not what it says, or more than its maker does.
 *
 * @throws MoleculerClientError
 */
export function assertMakeable(
  giver: Giver,
  { role, channelIds }: { role: Role; channelIds: readonly string[] },
): void {
  assertGives(giver, role);
  if (needsChannels(role)) {
    if (channelIds.length > 0) return;
    throw refusal(400, "CHANNELS_REQUIRED", `A ${role} needs channels: name them in channelIds.`);
  }
  if (channelIds.length === 0) return;
  throw refusal(400, "CHANNELS_NOT_ALLOWED", `The role ${role} is not for single channels: leave channelIds out.`);
}

/** A role for all channels is an administrator's to give, whoever has it. @throws MoleculerClientError */
export function assertGives({ scope, gives }: Giver, role: Role): void {
  const isLimited = scope.channelIds !== undefined || scope.simulated === true;
  if (gives.includes(role) && (needsChannels(role) || !isLimited)) return;
  throw refusal(403, "ROLE_TOO_HIGH", `Your key may not give the role ${role}: ask an administrator.`);
}

/**
 * A key that ends leads to none that ends later: else it would outlive itself.
 *
 * @param expiresAt of the other one; null: never
 * @param end of the key that asks; null: never
 * @throws MoleculerClientError
 */
export function assertEnds(expiresAt: string | null, end: Date | null): void {
  if (end === null || (expiresAt !== null && Date.parse(expiresAt) <= end.getTime())) return;
  const sentence = `Your key ends at ${end.toISOString()}, and so must what it makes, changes or replaces.`;
  throw refusal(403, "EXPIRES_TOO_LATE", sentence);
}

/**
 * Of itself, a key may change what it is called, and end earlier.
 *
 * @param end when it ends now; null: never
 * @throws MoleculerClientError
 */
export function assertOwnChange(
  end: Date | null,
  { role, channelIds, expiresAt }: { role?: unknown; channelIds?: unknown; expiresAt?: string | null | undefined },
): void {
  const endsLater = expiresAt === null || (expiresAt && end && Date.parse(expiresAt) > end.getTime());
  if (role === undefined && channelIds === undefined && !endsLater) return;
  throw refusal(403, "OWN_KEY", "A key may change its own name, and end earlier: ask somebody else for more.");
}

const refusal = (status: number, code: string, message: string) =>
  new Errors.MoleculerClientError(message, status, code);
