import { Errors } from "moleculer";
import { describe, expect, it } from "vitest";
import { OutageError, PoisonMessageError } from "../../lib/errors.ts";
import { ApiError, errorAnswer } from "./errors.ts";

describe("errorAnswer", () => {
  it("says what an ApiError says", () => {
    const error = new ApiError(409, "BUSY", "Not now.", { details: { since: 1 }, headers: { "retry-after": "3" } });
    expect(errorAnswer(error, "c-1")).toEqual({
      status: 409,
      headers: { "retry-after": "3" },
      body: { error_code: "BUSY", message: "Not now.", details: { since: 1 }, correlation_id: "c-1" },
    });
  });

  it.each([
    ["an unknown exception", new Error("password=hunter2")],
    ["something thrown that is no error", "hunter2"],
    ["a fault of a message", new PoisonMessageError("SCHEMA_ERROR", "hunter2")],
    ["a fault of the server", new Errors.MoleculerServerError("hunter2", 500, "SQL", { hunter2: true })],
  ])("reveals nothing of %s", (_, error) => {
    const { status, body } = errorAnswer(error, "c-1");
    expect({ status, code: body.error_code }).toEqual({ status: 500, code: "INTERNAL_ERROR" });
    expect(JSON.stringify(body)).not.toContain("hunter2");
  });

  it.each([
    ["a service that is not there", new Errors.ServiceNotFoundError({ action: "storage.feed" }), 503, "OUTAGE"],
    ["a broker without transporter", new Errors.BrokerDisconnectedError("Redis"), 503, "OUTAGE"],
    ["a database that is away", new OutageError("Postgres"), 503, "OUTAGE"],
    ["a Redis that is away", new Error("Connection is closed."), 503, "OUTAGE"],
    ["a slow service", new Errors.RequestTimeoutError({ action: "storage.feed" }), 504, "TIMEOUT"],
    ["a cursor of another list", new Errors.ValidationError("No cursor.", "INVALID_CURSOR", {}), 400, "INVALID_CURSOR"],
    ["another service's refusal", new Errors.MoleculerClientError("Bad cursor.", 400, "BAD_CURSOR"), 400, "BAD_CURSOR"],
  ])("for %s: %s", (_, error, status, code) => {
    expect(errorAnswer(error, "c-1")).toMatchObject({ status, body: { error_code: code } });
  });

  it("lists the fields that another service refused, without their values", () => {
    const error = new Errors.ValidationError("no", "", [
      { type: "maximum", field: "limit", message: "must be <= 500", actual: "secret" },
    ]);
    expect(errorAnswer(error, "c-1")).toMatchObject({
      status: 400,
      body: { error_code: "VALIDATION_ERROR", details: [{ field: "limit", message: "must be <= 500" }] },
    });
    expect(JSON.stringify(errorAnswer(error, "c-1"))).not.toContain("secret");
  });
});
