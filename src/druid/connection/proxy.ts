/** Which proxy the environment names for an address, by the rules of the package that sends our requests, and its login. */

type Environment = Readonly<Record<string, string | undefined>>;

const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

export function proxyFor(url: string, env: Environment): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const read = (name: string) => env[name.toLowerCase()] || env[name.toUpperCase()] || "";
  const named = read(`${protocol.slice(0, -1)}_proxy`) || read("all_proxy");
  if (named === "" || isExempt(read("no_proxy"), hostname, port || PORTS[protocol] || "")) return undefined;
  return named.includes("://") ? named : `${protocol}//${named}`;
}

/** The proxy's login, as written and as it is sent: a proxy may repeat it too. */
export function proxySecrets(proxy: string): string[] {
  if (!URL.canParse(proxy)) return [];
  const { username, password } = new URL(proxy);
  const [name, word] = [plain(username), plain(password)];
  if (word === "") return name === "" ? [] : [name];
  return [word, password, Buffer.from(`${name}:${word}`).toString("base64")];
}

function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function isExempt(list: string, hostname: string, port: string): boolean {
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = "", only] = /^(.+?)(?::(\d+))?$/.exec(entry) ?? [];
      if (only !== undefined && only !== port) return false;
      // `.example.com` and `*.example.com` mean everything below; any other entry the very name.
      return /^[.*]/.test(name) ? hostname.endsWith(name.replace(/^\*/, "")) : hostname === name;
    });
}
