import type { Payload } from "../../contracts/unified-event.ts";
import { amount, type Fields, id, part, parts, reference, sentenceKey } from "./fields.ts";
import { type Outcome, to } from "./outcome.ts";

type Sides = NonNullable<Payload<"BATTLE">["sides"]>;

/** TikTok's BattleSettingsBattleStatus. */
const statuses: Readonly<Record<number, string>> = {
  1: "STARTED",
  2: "FINISHED",
  3: "PUNISH_STARTED",
  4: "PUNISH_FINISHED",
};

/** TikTok's LinkMicBattleBattleAction; tells what happens while there is no status yet. */
const actions: Readonly<Record<number, string>> = {
  1: "INVITED",
  2: "REJECTED",
  3: "CANCELLED",
  4: "STARTED",
  5: "FINISHED",
  6: "CUT_SHORT",
  7: "ACCEPTED",
  8: "QUIT_REQUESTED",
  9: "QUIT_DECLINED",
  10: "QUIT_DECLINED",
  11: "LEFT",
};

/** Start, result and everything between; points per streamer. */
export function battle(message: Fields): Payload<"BATTLE"> {
  const settings = part(message.battleSettings ?? message.battleSetting);
  const anchors = entries(message.anchorsInfo ?? message.anchorInfo).map(([userId]) => [userId, 0] as const);
  return {
    battleId: id(message.battleId) ?? id(settings.battleId),
    status: statuses[amount(settings.status)] ?? actions[amount(message.action)],
    sides: sides([
      ...anchors,
      ...armyPoints(message.armies),
      ...entries(message.battleResult).map(([userId, { score }]) => [userId, amount(score)] as const),
      ...teamPoints(message.teamBattleResult),
      ...teamPoints(message.teamArmies),
    ]),
  };
}

/** The points of a running battle. */
export function armies(message: Fields): Payload<"BATTLE"> {
  const settings = part(message.battleSettings);
  return {
    battleId: id(message.battleId) ?? id(settings.battleId),
    status: statuses[amount(settings.status)],
    sides: sides([...armyPoints(message.armies ?? message.battleItems), ...teamPoints(message.teamArmies)]),
  };
}

/**
 * A banner that runs over the screen: a fan of some level came in, a super fan was made. Its type is the seed's, its
 * subType says what it is; the keys are the connector's (`ttlive_superfan…`).
 */
export function barrage(message: Fields): Outcome {
  const { content, commonBarrageContent, common } = message;
  const keys = [content, commonBarrageContent, part(common).displayText].map(sentenceKey);
  if (keys.some((key) => key.includes("superfanjoined"))) return to("BATTLE", {}, "SUPER_FAN_JOIN");
  if (keys.some((key) => key.includes("superfan"))) return to("BATTLE", {}, "SUPER_FAN");
  return to("BATTLE", {}, "BARRAGE");
}

/** What a map keyed by user id holds, whether it came as a map or as a list of `{key, value}`. */
function entries(map: unknown): [key: string, value: Fields][] {
  return Array.isArray(map)
    ? parts(map).map(({ key, value }) => [reference(key) ?? "", part(value)])
    : Object.entries(part(map)).map(([key, value]) => [key, part(value)]);
}

function armyPoints(armies: unknown): (readonly [userId: string, points: number])[] {
  return entries(armies).map(([userId, { hostscore, hostScore }]) => [userId, amount(hostscore ?? hostScore)]);
}

function teamPoints(teams: unknown): (readonly [userId: string, points: number])[] {
  return parts(teams).flatMap(({ teamUser, teamUsers }) =>
    parts(teamUser ?? teamUsers).map(({ userId, score }) => [reference(userId) ?? "", amount(score)] as const),
  );
}

/** One entry per streamer, in order of appearance, with the last points said: a team's own beats the team's total. */
function sides(points: readonly (readonly [userId: string, points: number])[]): Sides | undefined {
  const bySide = new Map(points.filter(([userId]) => userId !== "" && userId !== "0"));
  if (bySide.size === 0) return undefined;
  return Array.from(bySide, ([userId, points]) => ({ userId, points })).slice(0, 100);
}
