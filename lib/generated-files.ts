import { configSchema } from "../contracts/config.ts";
import { deadLetterSchema } from "../contracts/dead-letter.ts";
import { rawEnvelopeSchema } from "../contracts/raw-envelope.ts";
import { unifiedEventSchema } from "../contracts/unified-event.ts";
import { type ConfigProperty, expected } from "./config.ts";

/** What crosses a border, for readers in other languages. */
export const published = [rawEnvelopeSchema, unifiedEventSchema, deadLetterSchema, configSchema] as const;

/** Files that are printed from contracts/: path to text. `npm run contracts` writes them, a test keeps them equal. */
export function generatedFiles(): Map<string, string> {
  const schemas = published.map((schema): [string, string] => {
    const file = schema.$id.slice(schema.$id.lastIndexOf("/") + 1);
    const { $id, ...rest } = schema;
    const printed = { $schema: "https://json-schema.org/draft/2020-12/schema", $id, ...rest };
    return [`contracts/json/${file}`, `${JSON.stringify(printed, null, 2)}\n`];
  });
  return new Map([...schemas, ["docs/environment.md", environmentPage()], [".env.example", envExample()]]);
}

const variables = Object.entries(configSchema.properties) as [string, ConfigProperty][];

const composePassword = "Password of the Postgres that docker compose starts.";

function environmentPage(): string {
  const rows = variables.map(([name, schema]) => {
    const shown = schema.default === undefined ? "" : `\`${schema.default}\``;
    const cells = [`\`${name}\``, expected(schema), shown, schema.description, schema["x-secret"] ? "yes" : ""];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return `# Environment variables

Everything that can be set, read once at start from the environment and from a file \`.env\` beneath it. An empty value
counts as unset. A value that cannot be used ends the start with the variable, what is wrong and what would be right.
Secrets appear in no log, error or answer. Printed from \`contracts/config.ts\` by \`npm run contracts\`.

| Variable | Value | Default | Meaning | Secret |
|---|---|---|---|---|
${rows.join("\n")}

## Only for docker compose

| Variable | Value | Meaning | Secret |
|---|---|---|---|
| \`POSTGRES_PASSWORD\` | letters and digits: it becomes part of a URL | ${composePassword} Required. | yes |

\`docker-compose.yml\` reads it from \`.env\` and makes \`DATABASE_URL\` of it; ttlc itself does not know it. It also requires
\`TTLC_ADMIN_KEY\`, and sets \`REDIS_URL\`, \`API_HOST\`, \`TTLC_SERVICES\` and \`TTLC_NODE_ID\` itself.
`;
}

function envExample(): string {
  const parts = variables.map(([name, schema]) => {
    const secret = schema["x-secret"] ? " Secret." : "";
    return `# ${schema.description}${secret}\n# ${name}=${schema.default ?? schema["x-example"] ?? ""}\n`;
  });
  return `# Copy to .env and remove the # before what you set; what is shown is the default, or an example where there is none.
# Printed from contracts/config.ts by npm run contracts.

${parts.join("\n")}
# ${composePassword} Letters and digits. Secret.
# POSTGRES_PASSWORD=
`;
}
