using System.Collections.Concurrent;

namespace Usher.Server.Platform.Caching;

/// <summary>Counts which processes have confirmed an announcement. An edit is answered when all have, or after a timeout.</summary>
internal sealed class Receipts
{
    private readonly ConcurrentDictionary<string, Receipt> _expected = new();

    /// <summary>Channel to which the other processes send their receipts.</summary>
    public string Address { get; } = Guid.CreateVersion7().ToString("N");

    public Receipt Expect(string name) => _expected.GetOrAdd(name, static _ => new Receipt());

    public void Receive(string name)
    {
        if (_expected.TryGetValue(name, out var receipt))
            receipt.Add();
    }

    public void Forget(string name) => _expected.TryRemove(name, out _);

    public sealed class Receipt
    {
        private readonly Lock _turn = new();
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _received;
        private long _told = long.MaxValue;

        public void Add() => Count(() => _received++);

        /// <summary>Receipts may arrive before the number of receivers is known.</summary>
        public Task From(long told)
        {
            Count(() => _told = told);
            return _all.Task;
        }

        private void Count(Action change)
        {
            lock (_turn)
            {
                change();
                if (_received >= _told)
                    _all.TrySetResult();
            }
        }
    }
}
