import { useConsole } from "../../state/console.tsx";

/** The operators of the estate, and whoever has signed in at this window. */
export function usePeople() {
  return useConsole().people;
}
