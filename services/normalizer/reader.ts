import { BinaryReader } from "@bufbuild/protobuf/wire";

/**
 * Reads a message piece by piece for the generated decoders: they take a reader as well as bytes, and one for the whole
 * message spares a view and a reader for every piece.
 */
export class Reader extends BinaryReader {
  declare len: number;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    super(bytes);
    this.#bytes = bytes;
  }

  /**
   * What `decode` makes of the bytes from `from` to `to`.
   *
   * @throws RangeError when it reads further, as it may at damage
   */
  piece<Message>(codec: { decode(input: BinaryReader, length: number): Message }, from: number, to: number): Message {
    this.pos = from;
    this.len = to;
    const message = codec.decode(this, to - from);
    this.#assertEnd();
    return message;
  }

  /** As the original: what is no UTF-8 becomes U+FFFD, a mark of the byte order stays. Makes no list of its characters. */
  override string(): string {
    const length = this.uint32();
    const from = this.pos;
    this.pos += length;
    this.#assertEnd();
    return this.#bytes.toString("utf8", from, this.pos);
  }

  #assertEnd(): void {
    if (this.pos > this.len) throw new RangeError("a field is cut off");
  }
}
