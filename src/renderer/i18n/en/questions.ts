export const questions = {
  title: "Questions",
  decide: "Decide",
  notice: "{{target}} waits for your answer.",
  hostKey: {
    title: "Is this really {{target}}?",
    meaning:
      "This server is contacted for the first time, so nothing proves yet that it is the right one. Compare the fingerprint with one that you got another way: from the server's own console, or from whoever set it up.",
    accepting:
      "If you accept, the key is remembered and the server must show it every time. If it ever shows another, the console refuses to connect.",
    address: "Address",
    algorithm: "Kind of key",
    fingerprint: "Fingerprint",
    accept: "Trust {{target}}",
    refuse: "Do not connect",
  },
  prompts: {
    title: "{{target}} asks",
    send: "Answer {{target}}",
    refuse: "Give up",
    notKept: "What you type goes to the server only; it is neither stored nor written to the journal.",
    prompt: "Question {{number}}",
  },
  consent: {
    title: "{{target}} wants the consent of the person in front of it",
    send: "Send the code",
    refuse: "Give up",
    code: "The {{count}} digits on its screen",
    left: "The code is good for {{seconds}} s more.",
  },
  signIn: {
    title: "Sign in to {{target}}",
    enter: "Enter what is asked for: {{target}}",
    send: "Send",
    refuse: "Give up",
    open: "Open the sign-in page in your browser",
    notOpened: "No browser could be opened: copy the address into one.",
    left: "There are {{minutes}} min left to answer.",
  },
  position: "{{index}} of {{count}}",
} as const;
