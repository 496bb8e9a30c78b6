#include "pool.hpp"

#include <pthread.h>
#include <sys/mman.h>

#include <cstdlib>
#include <new>
#include <thread>

#include "flushing.hpp"

#if defined(__x86_64__) || defined(__i386__)
#define PAUSE() __builtin_ia32_pause()
#else
#define PAUSE() std::this_thread::yield()
#endif

namespace spectral {

namespace {
constexpr std::size_t PAGE = 1 << 21;  // a large page, where the system grants it
// Some tens of microseconds: the steps of one convolution follow each other closely. Who waits longer sleeps.
constexpr int SPINS = 2000;

// Never destroyed: its threads may still be waiting when the process ends.
Pool* pool = new Pool;
std::atomic<Team> team{nullptr};
std::atomic<bool> flushes{false};
const int on_fork = pthread_atfork(nullptr, nullptr, [] { pool = new Pool, team = nullptr; });

// The team may turn out smaller than asked for, so whoever is free takes the next share.
struct Shares {
    const std::function<void(int)>& body;
    int count;
    std::atomic<int> next{0};
    static void take(void* shares) {
        auto& s = *static_cast<Shares*>(shares);
        const Flushing flushing(flushes);
        for (int t; (t = s.next.fetch_add(1)) < s.count;) s.body(t);
    }
};
}  // namespace

float* Buffer::reserve(std::size_t floats) {
    if (floats > size_) {
        std::free(data_);
        size_ = 0;
        const std::size_t bytes = (floats * sizeof(float) + PAGE - 1) / PAGE * PAGE;
        data_ = static_cast<float*>(std::aligned_alloc(PAGE, bytes));
        if (!data_) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
        madvise(data_, bytes, MADV_HUGEPAGE);
#endif
        size_ = floats;
    }
    return data_;
}

Pool& Pool::get() { return *pool; }
void Pool::use_team(Team t) { team = t; }
bool Pool::flush(bool wanted) { return flushes.exchange(wanted); }

void Pool::run(int threads, const std::function<void(int)>& body) {
    const Flushing flushing(flushes);
    if (threads <= 1) return body(0);
    if (const Team host = team.load()) {
        Shares shares{body, threads};
        return host(Shares::take, &shares, threads, 0);
    }
    {
        std::lock_guard<std::mutex> lock(mutex_);
        for (; started_ < threads; ++started_)
            std::thread(&Pool::work, this, started_, generation_.load()).detach();
        body_ = &body;
        threads_ = threads;
        busy_.store(threads - 1);
        generation_.fetch_add(1);
    }
    wake_.notify_all();
    body(0);
    for (int i = 0; i < SPINS && busy_.load() > 0; ++i) PAUSE();
    if (busy_.load() > 0) {  // the others have lost their core to another program, which needs ours too
        std::unique_lock<std::mutex> lock(mutex_);
        done_.wait(lock, [&] { return busy_.load() == 0; });
    }
}

void Pool::work(int index, long seen) {
    for (;;) {
        for (int i = 0; i < SPINS && generation_.load(std::memory_order_relaxed) == seen; ++i) PAUSE();
        const std::function<void(int)>* body;
        {
            std::unique_lock<std::mutex> lock(mutex_);
            wake_.wait(lock, [&] { return generation_.load() != seen; });
            seen = generation_.load();
            if (index >= threads_) continue;
            body = body_;
        }
        {
            const Flushing flushing(flushes);
            (*body)(index);
        }
        if (busy_.fetch_sub(1) == 1) {
            // Between the caller's look at busy_ and its sleep it holds the mutex: the call cannot be missed.
            std::lock_guard<std::mutex> lock(mutex_);
            done_.notify_one();
        }
    }
}

}  // namespace spectral
