import { defineService } from "../../lib/define-service.ts";
import { wantedRooms } from "./wanted-rooms.ts";

/** What ingest asks of storage, from memory: the seed it was given before, and no session of an earlier life. */
export const fakeStorage = (open: object[] = []) => {
  const seeds = new Map<string, number>();
  const any = { type: "object" } as const;
  return defineService({
    name: "storage",
    actions: {
      ...wantedRooms(),
      openSessions: { params: any, handler: () => open },
      channel: { params: any, handler: () => ({ channelId: "00000000-0000-4000-8000-00000000000c" }) },
      seed: {
        params: any,
        handler({ params }) {
          const { streamId, floor } = params as { streamId: string; floor: number };
          const before = seeds.get(streamId);
          const seed = before === undefined && floor === 0 ? 0 : Math.max(before ?? 0, floor) + 2 ** 20;
          seeds.set(streamId, seed);
          return { seed, last: null };
        },
      },
    },
  });
};
