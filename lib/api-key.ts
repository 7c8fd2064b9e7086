import { createHash, randomBytes } from "node:crypto";

/** A key as it is made. Only the holder ever sees `secret`; what is stored are the other two. */
export interface NewApiKey {
  secret: string;
  hash: string;
  /** Enough to recognise it by, too little to guess the rest. */
  prefix: string;
}

/** 256 random bits. */
export function newApiKey(): NewApiKey {
  const secret = `ttlc_${randomBytes(32).toString("base64url")}`;
  return { secret, hash: sha256(secret), prefix: secret.slice(0, 11) };
}

/** In hex: what a secret is stored and looked up by. */
export const sha256 = (secret: string): string => createHash("sha256").update(secret).digest("hex");
