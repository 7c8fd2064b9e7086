import { amount, type Fields, id, part, parts, sentenceKey, someAmount } from "./fields.ts";
import { type Facts, type Outcome, raw } from "./outcome.ts";

/** Facts of the messages that pass through as RAW: numbers and ids of messages, nothing about a person. */

/** TikTok's EnvelopeBusinessType SUPER_FAN_BOX. */
const SUPER_FAN_BOX = 19;

export function redEnvelope(message: Fields): Outcome {
  const { businessType, diamondCount, peopleCount } = part(message.envelopeInfo);
  const isBox =
    amount(businessType) === SUPER_FAN_BOX || sentenceKey(part(message.common).displayText).includes("superfanbox");
  return raw(isBox ? "SUPER_FAN_BOX" : "ENVELOPE", {
    count: someAmount(peopleCount),
    diamondCount: someAmount(diamondCount),
    action: amount(message.display),
  });
}

/** action 0 starts, 1 ends, 2 counts; `count` is all votes. */
export function poll(message: Fields): Facts {
  const content = part(message.updateVotesContent ?? message.updateContent ?? message.endContent);
  const options = parts(content.optionList ?? content.OptionList);
  return {
    count: someAmount(options.reduce((sum, option) => sum + amount(option.votes ?? option.Votes), 0)),
    action: amount(message.messageType),
  };
}

/** Sums of the goal's parts, most often just one; `count` is what this contribution added. */
export function goal(message: Fields): Facts {
  const subGoals = parts(part(message.goal).subGoals);
  return {
    count: someAmount(message.contributeCount),
    current: subGoals.reduce((sum, { progress }) => sum + amount(progress), 0),
    target: someAmount(subGoals.reduce((sum, { target }) => sum + amount(target), 0)),
  };
}

/** Messages taken back; may name whole users instead, whose ids stay in the data. */
export function deleted(message: Fields): Facts {
  const messageIds = ids(message.deleteMsgIds ?? message.deleteMsgIdsList);
  const users = message.deleteUserIds ?? message.deleteUserIdsList;
  return { count: messageIds.length + (Array.isArray(users) ? users.length : 0), messageIds };
}

/** action 1 pins, 2 takes the pin away. */
export function pin(message: Fields): Facts {
  return { messageIds: ids([message.pinMsgId ?? message.pinId]), action: amount(message.action) };
}

export function shopping(message: Fields): Facts {
  return { count: someAmount(message.liveProductNumber), action: amount(message.actionType ?? message.data1) };
}

function ids(values: unknown): string[] {
  return Array.isArray(values) ? values.map(id).filter((id) => id !== undefined) : [];
}
