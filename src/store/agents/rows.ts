/**
 * `id | title | project folder | base folder [; …] | skills under the base | commands | signs in a project`
 *
 * Project folder `*`: `.agents/skills`. Base `NAME=~/…`: the environment variable moves it; `^`: `$XDG_CONFIG_HOME`.
 * Global folder `~/…` or `^…`: one that is not under the base; `-`: none. Commands are given where they are known.
 */
export const agentRows = `
amp | Amp | * | ^/amp | ^/agents/skills | amp |
replit | Replit | * | - | ^/agents/skills | | .replit
universal | any agent that reads .agents/skills | * | - | ^/agents/skills | |
antigravity | Antigravity | * | ~/.gemini/antigravity | skills | |
antigravity-cli | Antigravity CLI | * | ~/.gemini/antigravity-cli | skills | |
cline | Cline | * | ~/.cline | ~/.agents/skills | cline | .clinerules
dexto | Dexto | * | ~/.dexto | ~/.agents/skills | dexto |
kimi-code-cli | Kimi Code CLI | * | ~/.kimi-code ; ~/.kimi | ~/.agents/skills | kimi |
loaf | Loaf | * | ~/.loaf | ~/.agents/skills | |
sarvam-code | Sarvam Code | * | SARVAM_HOME=~/.sarvam | ~/.agents/skills | |
warp | Warp | * | ~/.warp | ~/.agents/skills | |
zed | Zed | * | ^/zed | ~/.agents/skills | zed | .zed
codex | Codex | * | CODEX_HOME=~/.codex | skills | codex | .codex
cursor | Cursor | * | ~/.cursor | skills | cursor, cursor-agent | .cursor
deepagents | Deep Agents | * | ~/.deepagents | agent/skills | deepagents |
droid | Factory Droid | * | ~/.factory | skills | droid | .factory
firebender | Firebender | * | ~/.firebender | skills | |
gemini-cli | Gemini CLI | * | ~/.gemini | skills | gemini | .gemini
github-copilot | GitHub Copilot | * | ~/.copilot | skills | copilot | .github/copilot-instructions.md
kilo | Kilo Code | * | ~/.kilo ; ~/.kilocode | skills | kilo, kilocode | .kilo, .kilocode
opencode | OpenCode | * | ^/opencode | skills | opencode | .opencode
promptscript | PromptScript | * | - | - | | .promptscript, promptscript.yaml
claude-code | Claude Code | .claude/skills | CLAUDE_CONFIG_DIR=~/.claude | skills | claude | .claude, CLAUDE.md
aider-desk | AiderDesk | .aider-desk/skills | ~/.aider-desk | skills | |
astrbot | AstrBot | data/skills | ~/.astrbot | data/skills | | data/skills
autohand-code | Autohand Code CLI | .autohand/skills | AUTOHAND_HOME=~/.autohand | skills | |
augment | Augment | .augment/skills | ~/.augment | skills | auggie |
bob | IBM Bob | .bob/skills | ~/.bob | skills | |
openclaw | OpenClaw | skills | ~/.openclaw ; ~/.clawdbot ; ~/.moltbot | skills | openclaw | .openclaw
codearts-agent | CodeArts Agent | .codeartsdoer/skills | ~/.codeartsdoer | skills | |
codebuddy | CodeBuddy | .codebuddy/skills | ~/.codebuddy | skills | codebuddy |
codemaker | Codemaker | .codemaker/skills | ~/.codemaker | skills | |
codestudio | Code Studio | .codestudio/skills | ~/.codestudio | skills | |
codewhale | CodeWhale | .codewhale/skills | CODEWHALE_HOME=~/.codewhale | skills | |
command-code | Command Code | .commandcode/skills | ~/.commandcode | skills | |
continue | Continue | .continue/skills | ~/.continue | skills | cn |
cortex | Cortex Code | .cortex/skills | ~/.snowflake/cortex | skills | cortex |
crush | Crush | .crush/skills | ^/crush | skills | crush |
devin | Devin for Terminal | .devin/skills | ^/devin | skills | devin |
eve | Eve | agent/skills | - | - | | agent/skills
forgecode | ForgeCode | .forge/skills | ~/.forge | skills | forge |
fx | fx | .fx/skills | ~/.fx | skills | |
goose | goose | .goose/skills | ^/goose | skills | goose |
grok | Grok Build | .grok/skills | GROK_HOME=~/.grok | skills | grok |
hermes-agent | Hermes Agent | .hermes/skills | HERMES_HOME=~/.hermes | skills | hermes |
inference-sh | inference.sh | .inferencesh/skills | ~/.inferencesh | skills | |
jazz | Jazz | .jazz/skills | ~/.jazz | skills | |
junie | Junie | .junie/skills | ~/.junie | skills | junie |
iflow-cli | iFlow CLI | .iflow/skills | ~/.iflow | skills | iflow |
kimchi | Kimchi | .kimchi/skills | ^/kimchi | harness/skills | |
kiro-cli | Kiro CLI | .kiro/skills | ~/.kiro | skills | kiro-cli |
kode | Kode | .kode/skills | ~/.kode | skills | kode |
lingma | Lingma | .lingma/skills | ~/.lingma | skills | |
mcpjam | MCPJam | .mcpjam/skills | ~/.mcpjam | skills | |
minimax-code | MiniMax Code | .minimax/skills | ~/.minimax | skills | |
mistral-vibe | Mistral Vibe | .vibe/skills | VIBE_HOME=~/.vibe | skills | vibe |
moxby | Moxby | .moxby/skills | ~/.moxby | skills | |
mux | Mux | .mux/skills | ~/.mux | skills | |
openhands | OpenHands | .openhands/skills | ~/.openhands | skills | openhands |
ona | Ona | .ona/skills | ~/.ona | skills | |
pi | Pi | .pi/skills | ~/.pi/agent | skills | |
posit-assistant | Posit Assistant | .posit/assistant/skills | ~/.posit/assistant ; ~/.positai | skills | |
qoder | Qoder | .qoder/skills | ~/.qoder | skills | |
qoder-cn | Qoder CN | .qoder/skills | ~/.qoder-cn | skills | |
qwen-code | Qwen Code | .qwen/skills | ~/.qwen | skills | qwen |
reasonix | Reasonix | .reasonix/skills | ~/.reasonix | skills | |
rovodev | Rovo Dev | .rovodev/skills | ~/.rovodev | skills | |
roo | Roo Code | .roo/skills | ~/.roo | skills | | .roo
tabnine-cli | Tabnine CLI | .tabnine/agent/skills | ~/.tabnine | agent/skills | | .tabnine
terramind | Terramind | .terramind/skills | ~/.terramind | skills | |
tinycloud | Tinycloud | .tinycloud/skills | ~/.tinycloud | skills | |
trae | Trae | .trae/skills | ~/.trae | skills | trae |
trae-cn | Trae CN | .trae/skills | ~/.trae-cn | skills | |
windsurf | Windsurf | .windsurf/skills | ~/.codeium/windsurf | skills | windsurf |
zcode | ZCode | .zcode/skills | ~/.zcode | skills | |
zencoder | Zencoder | .zencoder/skills | ~/.zencoder | skills | |
zenflow | Zenflow | .zencoder/skills | ~/.zencoder | skills | |
neovate | Neovate | .neovate/skills | ~/.neovate | skills | neovate |
pochi | Pochi | .pochi/skills | ~/.pochi | skills | pochi |
adal | AdaL | .adal/skills | ~/.adal | skills | |
`;
