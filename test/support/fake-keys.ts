import type { ServiceSchema } from "moleculer";
import type { Role } from "../../contracts/access.ts";
import { decodeCursor } from "../../lib/cursor.ts";
import { sha256 } from "../fixtures/events.ts";

/** Storage as far as a gateway needs it to let people in: these keys, nothing stored, all of it somebody else's. */
export function fakeKeys(keys: Record<string, Role>): ServiceSchema {
  const roles = new Map(Object.entries(keys).map(([key, role]) => [sha256(key), role]));
  const page = ({ params }: { params: { after?: string } }) => {
    if (params.after) decodeCursor(params.after, [/^\d+$/]);
    return { items: [], next: null };
  };
  return {
    name: "storage",
    actions: {
      findKey({ params }) {
        const role = roles.get(params.hash);
        return role ? { keyId: params.hash, name: role, role, channelIds: [], expiresAt: null } : null;
      },
      belongs: () => ({ channelId: "00000000-0000-4000-8000-0000000000ff", simulated: false }),
      streams: page,
      sessions: page,
      stream: () => null,
    },
  };
}
