import { type ApiError, isLost, isRepeatable } from "./api.ts";
import { messages } from "./messages.ts";

/** What a person is told of a wish that was refused; where the answer was lost, that nobody knows. */
export function refusedText(
  refused: string,
  error: Pick<ApiError, "code" | "message">,
  lost = isRepeatable(error) ? messages.errors.lost : messages.errors.lostAndForgotten,
): string {
  if (isLost(error)) return `${error.message} ${lost}`;
  return error.code === "ALREADY_DONE" ? error.message : `${refused} ${error.message}`;
}
