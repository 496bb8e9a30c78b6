#include "pool.hpp"

#include <pthread.h>

#include <cstdlib>
#include <new>
#include <thread>

#if defined(__x86_64__) || defined(__i386__)
#define PAUSE() __builtin_ia32_pause()
#else
#define PAUSE() std::this_thread::yield()
#endif

namespace spectral {

namespace {
constexpr std::size_t PAGE = 4096;
constexpr int SPINS = 2000;  // some tens of microseconds: the steps of one convolution follow each other closely

// Never destroyed: its threads may still be waiting when the process ends.
Pool* pool = new Pool;
const int on_fork = pthread_atfork(nullptr, nullptr, [] { pool = new Pool; });
}  // namespace

float* Buffer::reserve(std::size_t floats) {
    if (floats > size_) {
        std::free(data_);
        size_ = 0;
        data_ = static_cast<float*>(std::aligned_alloc(PAGE, (floats * sizeof(float) + PAGE - 1) / PAGE * PAGE));
        if (!data_) throw std::bad_alloc();
        size_ = floats;
    }
    return data_;
}

Pool& Pool::get() { return *pool; }

void Pool::run(int threads, const std::function<void(int)>& body) {
    if (threads <= 1) return body(0);
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
    for (int i = 0; busy_.load() > 0; ++i) i < SPINS ? PAUSE() : std::this_thread::yield();
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
        (*body)(index);
        busy_.fetch_sub(1);
    }
}

}  // namespace spectral
