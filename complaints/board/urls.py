from django.urls import path

from complaints.board.views import board, statistics

app_name = "board"
urlpatterns = [
    path("board/", board.boards, name="boards"),
    path("compounds/<str:code>/board/", board.board, name="board"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/<int:pk>/", statistics.statistics, name="statistics-of"),
    path("statistics/<int:pk>/board/", board.board_within, name="board-within"),
    path("manage/compounds/<str:code>/board/", board.keep, name="keep"),
    path("manage/compounds/<str:code>/board/<str:number>/", board.line, name="line"),
    path("manage/compounds/<str:code>/board/<str:number>/hide/", board.line_hide, name="line-hide"),
    path("manage/compounds/<str:code>/board/<str:number>/show/", board.line_show, name="line-show"),
]
