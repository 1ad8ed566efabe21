/**
 * The page behind a one-time link. The token stands after `#`, so it is in no request line, referrer or log; the
 * script takes it out of the address bar and the history, trades it for the session cookie and goes on. A link
 * preview that merely fetches the page uses up nothing. The empty icon keeps the browser from asking for one, which
 * nobody may have before signing in.
 */
export const signInPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Passerelle</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sign-in.css">
<script src="/sign-in.js" defer></script>
</head>
<body>
<main>
<h1>Passerelle</h1>
<noscript><p>Passerelle needs JavaScript.</p><p lang="fr">Passerelle a besoin de JavaScript.</p></noscript>
<div id="outcome" role="status"></div>
</main>
</body>
</html>
`;

/** The script of the sign-in page; it runs in the browser. */
export const signInScript = `"use strict";
const words = {
  used: [
    "This link has already been used.",
    "Ce lien a déjà servi.",
  ],
  expired: [
    "This link has expired.",
    "Ce lien a expiré.",
  ],
  unknown: [
    "You are not signed in to this console, or your session has ended.",
    "Vous n'êtes pas connecté à cette console, ou votre session est terminée.",
  ],
  wait: [
    "Too many links that do not work were tried from here.",
    "Trop de liens non valables ont été essayés d'ici.",
  ],
  lost: [
    "The console does not answer.",
    "La console ne répond pas.",
  ],
};
const hints = {
  link: [
    "Ask the console for a new link: press Enter in the terminal where it runs, or send it SIGHUP if it has none.",
    "Demandez un nouveau lien à la console : appuyez sur Entrée dans son terminal ou, si elle n'en a pas, envoyez-lui SIGHUP.",
  ],
  wait: ["Try again in a minute.", "Réessayez dans une minute."],
  lost: ["Start it again, then open the link that it prints.", "Redémarrez-la, puis ouvrez le lien qu'elle affiche."],
};
function show(outcome, hint) {
  const place = document.getElementById("outcome");
  const inFrench = navigator.language.toLowerCase().startsWith("fr");
  document.documentElement.lang = inFrench ? "fr" : "en";
  for (const pair of [outcome, hint]) {
    const line = document.createElement("p");
    line.textContent = pair[inFrench ? 1 : 0];
    place.append(line);
  }
}
async function signIn() {
  // Behind the token may stand the page to begin with: /wall/…
  const [token, ...place] = location.hash.slice(1).split("/");
  history.replaceState(null, "", location.pathname);
  if (token === "") return show(words.unknown, hints.link);
  try {
    const answer = await fetch("/session", {
      headers: { authorization: "Bearer " + token },
      signal: AbortSignal.timeout(10000),
    });
    if (answer.ok) return location.replace(place.length > 0 ? "/#/" + place.join("/") : "/");
    if (answer.status === 429) return show(words.wait, hints.wait);
    show(words[(await answer.text()).trim()] ?? words.unknown, hints.link);
  } catch {
    show(words.lost, hints.lost);
  }
}
signIn();
`;

export const signInStyle = `html { font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { max-width: 34rem; padding: 2rem; }
h1 { font-size: 1.25rem; font-weight: 600; }
`;
