import { expect, it } from "vitest";
import { Account, LostAccount, RecoveredAccount } from "./account.ts";

const id = "00000000-0000-4000-8000-000000000001";
const counting = () => {
  const account = Object.assign(new Account(id), { received: 90, facts: 2, refused: 1, waiting: 20 });
  Object.assign(account.dropped, { overload: 30, stopped: 4 });
  return account;
};

it("tells what it counts, less what leaves with this publish", () => {
  const told = { received: 90, facts: 2, refused: 1, "dropped:overload": 30, "dropped:stopped": 4, waiting: 15 };
  expect(counting().told(5)).toEqual(told);
});

it("tells in a later process what it told when its last message was spooled, but nothing of what waits", () => {
  const recovered = new RecoveredAccount(id, true);
  const earlier = { ...counting().told(0), received: 80, "dropped:overload": 21 };
  for (const told of [earlier, counting().told(0)]) recovered.add(told);
  expect(recovered.told()).toEqual({
    received: 90,
    facts: 2,
    refused: 1,
    "dropped:overload": 30,
    "dropped:stopped": 4,
  });
  expect(recovered.isRecovered).toBe(true);
});

it("tells of a session that somebody else counted only that it is over, also from the spool", () => {
  const recovered = new RecoveredAccount(id, true);
  recovered.add(new LostAccount(id, 1).told());
  expect(recovered.told()).toEqual({ posthumous: 1 });
  expect(recovered.isRecovered).toBe(false);
});
