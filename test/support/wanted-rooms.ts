import type { Provider } from "../../contracts/raw-envelope.ts";

interface Wish {
  uniqueId: string;
  provider?: Provider;
  otherwise: Provider;
}

const any = { type: "object" } as const;
const plain = (name: string) => name.replace(/^@/, "").toLowerCase();

/** Storage's actions for wanted rooms, from memory: for a test whose storage is made up. */
export function wantedRooms() {
  const rooms = new Map<string, { uniqueId: string; provider: Provider; channelId: null; wantedAt: string }>();
  return {
    wantRoom: {
      params: any,
      handler({ params }: { params: unknown }) {
        const { uniqueId: name, provider, otherwise } = params as Wish;
        const uniqueId = plain(name);
        const before = rooms.get(uniqueId);
        const wantedAt = before?.wantedAt ?? new Date().toISOString();
        const room = { uniqueId, provider: provider ?? before?.provider ?? otherwise, channelId: null, wantedAt };
        rooms.set(uniqueId, room);
        return room;
      },
    },
    unwantRoom: {
      params: any,
      handler({ params }: { params: unknown }) {
        const uniqueId = plain((params as Wish).uniqueId);
        const before = rooms.get(uniqueId) ?? null;
        rooms.delete(uniqueId);
        return before;
      },
    },
    wantedRooms: { params: any, handler: () => [...rooms.values()] },
  };
}
