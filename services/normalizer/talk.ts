import type { Payload } from "../../contracts/unified-event.ts";
import { amount, defined, type Fields, id, part, parts, pictureUrl, text, word } from "./fields.ts";
import { personOf } from "./users.ts";

type Emotes = Payload<"EMOTE">["emotes"];
type People = NonNullable<Payload<"CHAT">["mentions"]>;

/** A language tag and nothing else, as this field is kept for ever. `un` is TikTok's word for not known. */
const LANGUAGE = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/;
const MAX_LANGUAGE = 16;

export function chat(message: Fields): Payload<"CHAT"> {
  const language = word(message.contentLanguage);
  const emotes = parts(message.emotes).flatMap(({ emote, index, placeInComment }) =>
    emoteOf(emote, amount(index ?? placeInComment)),
  );
  const mentions = mentioned(message);
  return {
    message: text(message.content ?? message.comment),
    language: language.length <= MAX_LANGUAGE && LANGUAGE.test(language) ? language : undefined,
    emotes: emotes.length > 0 ? emotes : undefined,
    mentions: mentions.length > 0 ? mentions : undefined,
  };
}

export function emote(message: Fields): Payload<"EMOTE"> {
  return { emotes: parts(message.emoteList).flatMap((emote) => emoteOf(emote)) };
}

/** An emote, or nothing when it has no id of TikTok's. */
function emoteOf(emote: unknown, at?: number): Emotes {
  const { emoteId, image } = part(emote);
  const known = id(emoteId);
  return known === undefined ? [] : [defined({ emoteId: known, imageUrl: pictureUrl(image), at })];
}

/** The person a reply is to and the people named in it, each once. */
function mentioned({ atUser, mentionUsers }: Fields): People {
  const people = [atUser, ...parts(mentionUsers)].map(personOf).filter((person) => person !== undefined);
  return people.filter(({ userId }, at) => people.findIndex((other) => other.userId === userId) === at).slice(0, 100);
}
