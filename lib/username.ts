import { Errors } from "moleculer";

/** TikTok's rule: 2 to 24 letters, digits, dots and underscores, no dot at the end. */
const USERNAME = /^@?[A-Za-z0-9_.]{1,23}[A-Za-z0-9_]$/;
/** A simulated room may be called what it likes, within reason. */
const SIMULATED = /^@?[A-Za-z0-9_.]{1,64}$/;

/** A name that nobody on TikTok can have. */
export class InvalidUsernameError extends Errors.MoleculerClientError {
  constructor() {
    const rule = "a TikTok username has 2 to 24 letters, digits, dots and underscores, and no dot at the end";
    super(`That cannot be a streamer: ${rule}. Copy it from the address of the profile.`, 400, "INVALID_USERNAME");
  }
}

/** @throws InvalidUsernameError */
export function assertUsername(name: string, isSimulated: boolean): void {
  if (!(isSimulated ? SIMULATED : USERNAME).test(name)) throw new InvalidUsernameError();
}
