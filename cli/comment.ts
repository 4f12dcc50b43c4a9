import { readFileSync } from "node:fs";
import { z } from "zod";
import { say } from "./notice";
import { UsageError, UserError } from "./user-error";

export interface CommentOptions {
  /** What the comment is about; a pull request has one of each kind. */
  readonly kind: string;
  readonly pull?: number;
  /** `owner:branch` of a pull request whose number is not known, as that of a fork. */
  readonly head?: string;
  /** The commit that the text is about. */
  readonly sha?: string;
  /** The login under which the token writes. */
  readonly author: string;
}

/** Source: GitHub, the longest text of a comment. */
const LONGEST = 65_536;
const TIMEOUT_MS = 30_000;
const PAGE = 100;

const pulls = z.array(z.object({ number: z.number(), head: z.object({ sha: z.string() }) }));
const comments = z.array(
  z.object({
    id: z.number(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
  }),
);

/**
 * `tocsin comment <file>`: the text of a file as the one comment of its kind on a pull request. Another of the same kind is
 * edited where it is ours; one of somebody else's is left alone, whatever it says, and one that is gone is written anew.
 * @throws UserError where the file, the pull request or the answer of GitHub is none
 */
export async function commentCommand(file: string, options: CommentOptions): Promise<void> {
  const github = githubOf(process.env);
  const number = options.pull ?? (await pullOf(github, options));
  if (number === undefined) {
    say(["there is no open pull request of this commit any more, so nothing was said"]);
    return;
  }
  const marker = `<!-- tocsin ${options.kind} -->`;
  const body = bodyOf(marker, textOf(file));
  const own = await ownComment(github, number, marker, options.author);
  if (own?.body === body) {
    say([`the comment on #${number} says this already`]);
    return;
  }
  const isEdited =
    own !== undefined &&
    (await github(`issues/comments/${own.id}`, z.unknown(), "PATCH", { body })) !== undefined;
  if (!isEdited && (await github(`issues/${number}/comments`, z.unknown(), "POST", { body })) === undefined) {
    throw new UserError(`there is no pull request #${number} in this repository`);
  }
  say([`the comment on #${number} was ${isEdited ? "edited" : "written"}`]);
}

/** Asks GitHub; undefined where it says that there is no such thing. */
type GitHub = <T>(
  path: string,
  schema: z.ZodType<T>,
  method?: "PATCH" | "POST",
  body?: object,
) => Promise<T | undefined>;

function githubOf(env: NodeJS.ProcessEnv): GitHub {
  const {
    GITHUB_API_URL: api = "https://api.github.com",
    GITHUB_REPOSITORY: repository,
    GITHUB_TOKEN: token,
  } = env;
  if (repository === undefined || token === undefined) {
    throw new UsageError(
      "GITHUB_REPOSITORY and GITHUB_TOKEN say where a comment goes and on whose word; a workflow sets the first, and the second from `github.token`",
    );
  }
  return async (path, schema, method, body) => {
    const response = await fetch(`${api}/repos/${repository}/${path}`, {
      ...(method === undefined ? {} : { method, body: JSON.stringify(body) }),
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new UserError(
        `GitHub gives no answer (${error instanceof Error ? error.message : String(error)})`,
      );
    });
    if (response.status === 404) {
      return undefined;
    }
    const said: unknown = await response.json().catch(() => undefined);
    const parsed = schema.safeParse(said);
    if (!response.ok || !parsed.success) {
      throw new UserError(
        `GitHub answers [${response.status}] to ${method ?? "GET"} ${path}: may the token write to pull requests?`,
      );
    }
    return parsed.data;
  };
}

/** The open pull request of a branch; none where the branch has moved on, and a later run speaks of it. */
async function pullOf(github: GitHub, { head, sha }: CommentOptions): Promise<number | undefined> {
  if (head === undefined || sha === undefined) {
    throw new UsageError("name the pull request by --pull, or by --head and --sha");
  }
  const asked = new URLSearchParams({ state: "open", head });
  const found = (await github(`pulls?${asked.toString()}`, pulls)) ?? [];
  return found.find((pull) => pull.head.sha === sha)?.number;
}

async function ownComment(
  github: GitHub,
  number: number,
  marker: string,
  author: string,
): Promise<z.infer<typeof comments>[number] | undefined> {
  for (let page = 1; ; page += 1) {
    const some = (await github(`issues/${number}/comments?per_page=${PAGE}&page=${page}`, comments)) ?? [];
    const own = some.find(({ body, user }) => user?.login === author && body?.startsWith(marker) === true);
    if (own !== undefined || some.length < PAGE) {
      return own;
    }
  }
}

function textOf(file: string): string {
  try {
    const text = readFileSync(file, "utf8").trim();
    if (text !== "") {
      return text;
    }
  } catch (error) {
    throw new UserError(
      `[${file}] cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  throw new UserError(`[${file}] is empty, and a comment cannot be`);
}

/** The text may be a fork's: nobody is called by it, and it cannot be longer than GitHub takes. */
function bodyOf(marker: string, text: string): string {
  const quiet = text.replaceAll(/@(?=\w)/g, "@\u200b");
  const whole = `${marker}\n${quiet}\n`;
  const cut = "\n\n(cut off here)\n";
  return whole.length <= LONGEST ? whole : `${whole.slice(0, LONGEST - cut.length)}${cut}`;
}
