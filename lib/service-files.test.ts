import { expect, it } from "vitest";
import { serviceFiles } from "./service-files.ts";

const known = new Map([
  ["ingest", "/ttlc/services/ingest/ingest.service.ts"],
  ["simulator", "/ttlc/simulator/simulator.service.ts"],
]);

it("finds the files in the order of the names", () => {
  expect(serviceFiles("simulator,ingest", known)).toEqual([known.get("simulator"), known.get("ingest")]);
});

it("refuses a name that is no service and lists those that are", () => {
  expect(() => serviceFiles("ingest,rulse", known)).toThrow(
    'TTLC_SERVICES names "rulse", which is no service: there are ingest, simulator.',
  );
});

it("refuses a name that comes twice, which would start its service twice", () => {
  expect(() => serviceFiles("ingest,simulator,ingest", known)).toThrow(
    'TTLC_SERVICES names "ingest" twice: name each service once.',
  );
});
