/** A command of a document, as a person would copy it. */
export interface Example {
  /** Its first line in the file, from 1. */
  line: number;
  command: string;
}

/** The lines of a Markdown file that set a variable by asking ttlc, with the shell functions that they use. */
export const assignments = (markdown: string): string =>
  markdown
    .split("\n")
    .filter((line) => /^ {4}(\w+\(\) \{.*\}|[A-Z_]+=\$\(.*\))$/.test(line))
    .join("\n");

/** Indented lines of a Markdown file that begin with `curl`, each with the lines that a backslash joins to it. */
export function curlExamples(markdown: string): Example[] {
  const lines = markdown.split("\n");
  return lines.flatMap((text, at) => {
    if (!/^ {4}curl /.test(text)) return [];
    const rest = lines.slice(at);
    const end = rest.findIndex((each) => !each.trimEnd().endsWith("\\"));
    return [
      {
        line: at + 1,
        command: rest
          .slice(0, end + 1)
          .join("\n")
          .trim(),
      },
    ];
  });
}
