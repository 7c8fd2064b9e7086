import type { RoomStatus } from "../../contracts/room.ts";

export const roomAlarmNames = ["spool", "shedding", "given_up"] as const;

interface RoomAlarm {
  name: (typeof roomAlarmNames)[number];
  text: string;
}

/** The alarms that the rooms of all ingests raise. They name no room: /health is open to everybody. */
export function roomAlarmsOf(rooms: readonly RoomStatus[]): RoomAlarm[] {
  const spooling = rooms.filter(({ spool }) => spool !== undefined);
  const shedding = rooms.filter(({ sheddingSince }) => sheddingSince !== undefined);
  const failed = rooms.filter(({ state }) => state === "failed");
  const messages = spooling.reduce((sum, { spool }) => sum + (spool?.messages ?? 0), 0);
  return [
    ...(spooling.length > 0
      ? [{ name: "spool" as const, text: `${messages} messages of ${roomsOf(spooling)} wait on disk` }]
      : []),
    ...(shedding.length > 0
      ? [{ name: "shedding" as const, text: `messages of ${roomsOf(shedding)} are dropped, by class` }]
      : []),
    ...(failed.length > 0
      ? [{ name: "given_up" as const, text: `${roomsOf(failed)} cannot be watched: ${codesOf(failed)}` }]
      : []),
  ];
}

/** The codes that their reasons begin with. */
const codesOf = (rooms: readonly RoomStatus[]): string =>
  [...new Set(rooms.map(({ reason = "" }) => /^[A-Z_]+(?=:)/.exec(reason)?.[0] ?? "UNKNOWN"))].join(", ");

const roomsOf = ({ length }: readonly RoomStatus[]): string => (length === 1 ? "1 room" : `${length} rooms`);
