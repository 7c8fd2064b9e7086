import { writeFileSync } from "node:fs";
import { generatedFiles } from "../lib/generated-files.ts";
import { documentFiles, openapi } from "../services/gateway/documents/files.ts";
import { clientTypes, clientTypesFile } from "../web/client-types.ts";

const files = [...generatedFiles(), ...documentFiles(), [clientTypesFile, await clientTypes(openapi())] as const];
for (const [file, text] of files) {
  writeFileSync(new URL(`../${file}`, import.meta.url), text);
  console.log(`wrote ${file}`);
}
