// The threads of a call, and the memory each of them keeps.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace spectral {

// Aligned floats that only ever grow: allocating them on each call would cost more than the arithmetic.
class Buffer {
public:
    float* reserve(std::size_t floats);

private:
    float* data_ = nullptr;
    std::size_t size_ = 0;
};

// OpenMP's entry point in the GNU interface: calls f(data) on a team of `threads`, the caller among them.
using Team = void (*)(void (*f)(void*), void* data, unsigned threads, unsigned flags);

class Pool {
public:
    // The process's pool. A forked child gets a new one: threads do not survive a fork.
    static Pool& get();

    // From now on run() uses the host's own team: its threads spin for a while after each of its loops, and ours would
    // have to share the cores with them. nullptr: threads of our own, as always in a forked child.
    static void use_team(Team team);

    // From now on numbers too small to be normal count as zero within run(), or not; see Flushing. Returns what held before.
    static bool flush(bool wanted);

    // Calls body(0) .. body(threads-1), body(0) on the calling thread, and returns when all have returned.
    void run(int threads, const std::function<void(int)>& body);

    std::mutex entry;              // held for a whole convolution: buffers are shared between its steps
    Buffer shared;                 // spectrum of the weights
    std::vector<Buffer> planes;    // one a thread: transforms of its images
    std::vector<Buffer> spectra;   // one a thread: its part of the weights' gradient

private:
    void work(int index, long seen);

    std::mutex mutex_;
    std::condition_variable wake_;  // a new generation has begun
    std::condition_variable done_;  // the last of a generation has returned
    std::atomic<long> generation_{0};
    std::atomic<int> busy_{0};
    const std::function<void(int)>* body_ = nullptr;
    int threads_ = 0;
    int started_ = 1;
};

}  // namespace spectral
