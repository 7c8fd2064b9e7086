/** Who we are on a local Redis. A name of our own: the default user would accept any password until it has one. */
export const LOCAL_USER = "ttlc";

/** The rule of an ACL that lets LOCAL_USER do everything, with this password. */
export const localUser = (password: string): string => `${LOCAL_USER} on >${password} ~* &* +@all`;
