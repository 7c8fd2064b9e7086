import type { Random } from "./random.ts";

const coins = { var: "payload.coins" };
const name = { var: "payload.giftName" };

/**
 * Conditions on gifts as somebody might write them, not all of which may be saved; on fields that every gift has if its
 * user does: where something is missing JSON logic differs.
 */
export function conditions(numbers: Random): () => unknown {
  const random = () => numbers(2 ** 20) / 2 ** 20;
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const several = (make: () => unknown) => Array.from({ length: pick([1, 2, 3]) }, make);
  const amounts = [coins, { var: "payload.giftCount" }, { var: "user.gifterLevel" }, 0, 1, 7.5, -3, 100];
  const words = [name, { var: "user.uniqueId" }, { var: "user.displayName" }, "Rose", "a", "R"];
  const order = () => pick(["<", "<=", ">", ">="]);

  const number = (depth: number): unknown => {
    if (depth <= 0 || random() < 0.4) return pick(amounts);
    const operator = pick(["+", "-", "*", "/", "%", "min", "max", "if"]);
    const pair = [number(depth - 1), number(depth - 1)];
    return operator === "if" ? { if: [boolean(depth - 1), ...pair] } : { [operator]: pair };
  };
  const text = (depth: number): unknown => {
    if (depth <= 0 || random() < 0.5) return pick(words);
    return pick([
      () => ({ cat: several(() => pick([...words, ...amounts])) }),
      () => ({ substr: [text(depth - 1), pick([0, 1, -2, 9])] }),
      () => ({ substr: [text(depth - 1), pick([0, 1, -3]), pick([1, 2, -1])] }),
    ])();
  };
  const boolean = (depth: number): unknown => {
    if (depth <= 0 || random() < 0.3) {
      return pick([
        () => ({ var: pick(["user.isModerator", "user.isSubscriber"]) }),
        () => ({ [order()]: [number(1), number(1)] }),
        () => ({ [pick(["==", "===", "!=", "!=="])]: [number(1), number(1)] }),
      ])();
    }
    return pick([
      () => ({ and: several(() => boolean(depth - 1)) }),
      () => ({ or: several(() => boolean(depth - 1)) }),
      () => ({ "!": [boolean(depth - 1)] }),
      () => ({ "!!": [pick([number, text])(depth - 1)] }),
      () => ({ in: [text(0), text(depth - 1)] }), // nothing empty is looked for: in JSON logic that is in every text
      () => ({ in: [text(depth - 1), ["Rose", "anna", "x"]] }),
      () => ({ in: [number(depth - 1), [1, 5, 100]] }),
      () => ({ [order()]: [text(depth - 1), text(depth - 1)] }),
      () => ({ [pick(["<", "<="])]: [number(1), number(1), number(1)] }),
      () => ({ [pick(["startsWith", "endsWith"])]: [text(depth - 1), pick(["R", "Ro", "se", "na"])] }),
      () => ({ if: [boolean(depth - 1), boolean(depth - 1), boolean(depth - 1)] }),
    ])();
  };
  return () => boolean(4);
}
