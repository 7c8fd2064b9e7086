import {
  BattleBaseUserInfo,
  BattleResult,
  BattleResultResult,
  BattleSetting,
  BattleSettingsBattleStatus,
  BattleUserArmies,
  BattleUserArmy,
  BattleUserInfo,
  BattleUserInfoWrapper,
  LinkMicArmiesTriggerReason,
  LinkMicBattleBattleAction,
} from "tiktok-live-proto/v3";
import { make } from "./codec.ts";
import type { Viewer } from "./crowd.ts";
import { type Draft, draft } from "./frames.ts";

export interface Side {
  host: Viewer;
  points: number;
  /** Who fights for it, and for how many of the points. */
  army: readonly { viewer: Viewer; points: number }[];
}

export interface Battle {
  id: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  sides: readonly [Side, Side];
}

const settings = ({ id, startedAt, durationMs }: Battle, status: BattleSettingsBattleStatus) =>
  make(BattleSetting, {
    battleId: id,
    startTimeMs: String(startedAt),
    endTimeMs: String(startedAt + durationMs),
    duration: Math.round(durationMs / 1000),
    status,
  });

const bySide = <Value>({ sides }: Battle, value: (side: Side) => Value): Record<string, Value> =>
  Object.fromEntries(sides.map((side) => [side.host.id, value(side)]));

const armyOf = ({ host, points, army }: Side) =>
  make(BattleUserArmies, {
    anchorIdStr: host.id,
    hostscore: String(points),
    userArmies: army.map(({ viewer, points }) =>
      make(BattleUserArmy, {
        userId: viewer.id,
        userIdStr: viewer.id,
        nickname: viewer.nickname,
        score: String(points),
      }),
    ),
  });

export function battle(battle: Battle, isOver: boolean): Draft {
  const [left, right] = battle.sides;
  const result = (side: Side) => {
    const other = side === left ? right : left;
    if (side.points === other.points) return BattleResultResult.DRAW;
    return side.points > other.points ? BattleResultResult.WIN : BattleResultResult.LOSE;
  };
  return draft("WebcastLinkMicBattle", {
    battleId: battle.id,
    action: isOver ? LinkMicBattleBattleAction.FINISH : LinkMicBattleBattleAction.OPEN,
    battleSettings: settings(
      battle,
      isOver ? BattleSettingsBattleStatus.BATTLE_FINISHED : BattleSettingsBattleStatus.BATTLE_STARTED,
    ),
    anchorsInfo: battle.sides.map(({ host }) =>
      make(BattleUserInfoWrapper, {
        key: host.id,
        value: make(BattleUserInfo, {
          user: make(BattleBaseUserInfo, { userId: host.id, nickName: host.nickname, displayId: host.handle }),
        }),
      }),
    ),
    battleResult: isOver
      ? bySide(battle, (side) =>
          make(BattleResult, { userId: side.host.id, score: String(side.points), result: result(side) }),
        )
      : {},
  });
}

export const armies = (battle: Battle) =>
  draft("WebcastLinkMicArmies", {
    battleId: battle.id,
    armies: bySide(battle, armyOf),
    triggerReason: LinkMicArmiesTriggerReason.SCORE_UPDATE,
    battleSettings: settings(battle, BattleSettingsBattleStatus.BATTLE_STARTED),
  });
