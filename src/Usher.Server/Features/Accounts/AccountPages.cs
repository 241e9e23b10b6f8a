using System.Security.Cryptography;
using System.Text;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Accounts;

/// <summary>
/// Target pages of mail links, so that the links work without a site around this API. The token is in the fragment of the address (after
/// #), which the browser sends only when its reader presses the button.
/// </summary>
internal static class AccountPages
{
    public const string VerifyEmail = "/account/verify-email";
    public const string ResetPassword = "/account/reset-password";
    public const string UndoEmailChange = "/account/undo-email-change";

    private const string Style = """
        body{margin:0;background:#f3f4f6;color:#1f2937;font:16px/1.5 -apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
        main{max-width:26rem;margin:12vh auto 0;padding:1.75rem 2rem 2rem;background:#fff;border:1px solid #e5e7eb;border-radius:12px}
        h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}
        label{display:block;margin:0 0 .25rem;font-weight:600}
        input{box-sizing:border-box;width:100%;padding:.6rem .7rem;margin:0 0 1rem;border:1px solid #9ca3af;border-radius:8px;font:inherit}
        button{padding:.6rem 1.2rem;border:0;border-radius:8px;background:#4f46e5;color:#fff;font:inherit;font-weight:600;cursor:pointer}
        button:disabled{background:#9ca3af;cursor:default}
        :focus-visible{outline:3px solid #a5b4fc;outline-offset:2px}
        #said{margin:1rem 0 0;min-height:1.5em}
        """;

    private const string Script = """
        const form = document.querySelector("form"), button = document.querySelector("button"), said = document.getElementById("said");
        const password = document.getElementById("password");
        const token = location.hash.slice(1);
        if (!token) { button.disabled = true; said.textContent = "This address is not complete. Open the link in the mail again, or copy all of it."; }
        form.addEventListener("submit", async event => {
          event.preventDefault();
          button.disabled = true;
          said.textContent = "One moment.";
          let again = true;
          try {
            const answer = await fetch(form.dataset.route, {
              method: "POST",
              headers: { "Content-Type": "application/json" },
              body: JSON.stringify(password ? { token, newPassword: password.value } : { token }),
            });
            if (answer.ok) {
              form.hidden = true;
              said.textContent = form.dataset.done;
              history.replaceState(null, "", location.pathname);
              return;
            }
            const problem = await answer.json();
            said.textContent = problem.errors ? Object.values(problem.errors).flat().join(" ") : problem.detail || problem.title;
            again = answer.status !== 410;
          } catch {
            said.textContent = "The server could not be reached. Try again in a moment.";
          }
          button.disabled = !again;
        });
        """;

    private static readonly ShowsAPage Policy = new(
        $"default-src 'none'; script-src '{HashOf(Script)}'; style-src '{HashOf(Style)}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

    public static void Map(IEndpointRouteBuilder routes)
    {
        Add(VerifyEmail, Page("Verify your address", "/api/auth/verify-email", "Your address is verified. You can close this page.", """
            <p>Press the button to confirm that this address is yours.</p>
            <button>Verify</button>
            """));
        Add(ResetPassword, Page("Set a new password", "/api/auth/reset-password", "Your new password is set. Sign in with it; everywhere else you are signed out.", """
            <label for="password">New password</label>
            <input id="password" type="password" autocomplete="new-password" minlength="8" maxlength="128" required autofocus>
            <button>Set password</button>
            """));
        Add(UndoEmailChange, Page("Take the change back", "/api/auth/undo-email-change", "The account has this address again, and everybody is signed out. A link to set a new password is on its way to you.", """
            <p>Press the button if it was not you who gave the account another address. You will have to set a new password.</p>
            <button>Take it back</button>
            """));

        void Add(string address, string page) => routes.MapGet(address, () => TypedResults.Content(page, "text/html; charset=utf-8"))
            .AllowAnonymous().ExcludeFromDescription().WithMetadata(Policy);
    }

    private static string Page(string title, string route, string done, string fields) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>{Style}</style></head>
        <body><main><h1>{title}</h1><form data-route="{route}" data-done="{done}">
        {fields}</form><p id="said" role="status"></p></main><script>{Script}</script></body>
        </html>
        """;

    private static string HashOf(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
