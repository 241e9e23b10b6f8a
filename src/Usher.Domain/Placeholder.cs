namespace Usher.Domain; internal static class Placeholder;
