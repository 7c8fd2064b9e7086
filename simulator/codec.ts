/** What tiktok-live-proto generates for a message type: no `fromPartial`, and `encode` wants every field present. */
export interface Codec<Message> {
  encode(message: Message): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
}

export type MessageOf<Type> = Type extends Codec<infer Message> ? Message : never;

const NOTHING = new Uint8Array();

/**
 * A whole message from some of its fields; decoding no bytes gives all the others their defaults.
 * A nested message must be made the same way: the type checker refuses a partial one.
 */
export function make<Message extends object>(codec: Codec<Message>, fields: Partial<NoInfer<Message>> = {}): Message {
  return Object.assign(codec.decode(NOTHING), fields);
}

export function encode<Message extends object>(codec: Codec<Message>, fields: Partial<NoInfer<Message>>): Buffer {
  return Buffer.from(codec.encode(make(codec, fields)).finish());
}
