/** `host:port` of a URL with credentials, to name it to a person. Some servers take URLs that the standard does not. */
export const hostOf = (url: string): string => /^[^/]+:\/\/(?:.*@)?([^/?#]*)/.exec(url)?.[1] || "localhost";
