import type { ToolModel } from './types.js';
import { apt } from './apt.js';

const tools: readonly ToolModel[] = [...apt];

const byName = new Map(tools.flatMap((tool) => tool.names.map((name) => [name, tool] as const)));

/** The model of a tool by its program name (without folder); undefined when it is not modelled. */
export function toolNamed(name: string): ToolModel | undefined {
  return byName.get(name);
}
